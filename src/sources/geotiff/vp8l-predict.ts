/** A pixel to predict and how; pixels before it are known. */
interface Prediction {
  readonly at: number;
  readonly width: number;
  readonly mode: number;
}

const BLACK = 0xff000000;

/** What a pixel is expected to be from its neighbours. Source: RFC 9649, section 3.5.1. */
export function predictPixel(pixels: Uint32Array, { at, width, mode }: Prediction): number {
  if (at === 0) return BLACK;
  if (at < width) return pixels[at - 1]!;
  const top = pixels[at - width]!;
  if (at % width === 0) return top;
  const left = pixels[at - 1]!;
  const topLeft = pixels[at - width - 1]!;
  // Beside the last column it is the first pixel of this row.
  const topRight = pixels[at - width + 1]!;
  switch (mode) {
    case 1:
      return left;
    case 2:
      return top;
    case 3:
      return topRight;
    case 4:
      return topLeft;
    case 5:
      return average(average(left, topRight), top);
    case 6:
      return average(left, topLeft);
    case 7:
      return average(left, top);
    case 8:
      return average(topLeft, top);
    case 9:
      return average(top, topRight);
    case 10:
      return average(average(left, topLeft), average(top, topRight));
    case 11:
      return select(left, top, topLeft);
    case 12:
      return perByte((shift) => byte(left, shift) + byte(top, shift) - byte(topLeft, shift));
    case 13: {
      const mean = average(left, top);
      return perByte((shift) => {
        const value = byte(mean, shift);
        return value + Math.trunc((value - byte(topLeft, shift)) / 2);
      });
    }
    default:
      return BLACK;
  }
}

/** The mean of each byte, rounded down. */
function average(a: number, b: number): number {
  return ((((a ^ b) & 0xfefefefe) >>> 1) + (a & b)) >>> 0;
}

/** The one of left and top that is nearer to left + top - topLeft. */
function select(left: number, top: number, topLeft: number): number {
  let [fromLeft, fromTop] = [0, 0];
  for (let shift = 0; shift < 32; shift += 8) {
    fromLeft += Math.abs(byte(top, shift) - byte(topLeft, shift));
    fromTop += Math.abs(byte(left, shift) - byte(topLeft, shift));
  }
  return fromLeft < fromTop ? left : top;
}

function byte(pixel: number, shift: number): number {
  return (pixel >>> shift) & 255;
}

function perByte(value: (shift: number) => number): number {
  let pixel = 0;
  for (let shift = 0; shift < 32; shift += 8) pixel |= Math.min(255, Math.max(0, value(shift))) << shift;
  return pixel >>> 0;
}
