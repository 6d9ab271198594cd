import { dailyInsolation, insolation, sunAt } from './sun.js';

/**
 * A linear energy balance, solved per latitude by Fourier series: absorbed sunshine against outgoing
 * radiation A + B T and transport towards the global mean, with a heat capacity that delays the answer.
 *
 * Source: Budyko, Tellus 21(5), 1969 (transport); North, Cahalan & Coakley, Rev. Geophys. 19(1), 1981
 *         (A, B, absorbed share). Capacities: land, a column of air and two metres of soil; sea, a mixed
 *         layer of 60 m. Through a day only the lowest air and the top of the soil (land) or a warm layer
 *         of 2.5 m (sea) take part, and turbulence damps them.
 */
const outgoing = { a: 203.3, b: 2.09 };
const transport = 3.8;
const seasonal = { damping: outgoing.b + transport, land: 1.4e7, sea: 2.5e8 };
const diurnal = { damping: 35, land: 7e5, sea: 1e7 };

const dayMs = 86_400_000;
const yearMs = 365.2422 * dayMs;
const yearSamples = 73;
const daySamples = 48;
/** Radians per second. */
const yearlySpeed = (2 * Math.PI * 1000) / yearMs;
const dailySpeed = (2 * Math.PI * 1000) / dayMs;
const freezing = 273.15;

/** Temperature in kelvin at one latitude and instant: a function of the sun's hour angle. */
export type ZonalClimate = (instantMs: number, surface: 'land' | 'sea') => (angle: number) => number;

interface Wave {
  readonly mean: number;
  /** Amplitudes of cos and sin, first harmonic first. */
  readonly harmonics: readonly { readonly cos: number; readonly sin: number }[];
}

/** The climate of each latitude, the day's wave taken from the day that holds `dayOfInterest`. */
export function zonalClimates(latitudes: readonly number[], dayOfInterest: number): ZonalClimate[] {
  const startOfYear = Date.UTC(new Date(dayOfInterest).getUTCFullYear(), 0, 1);
  const yearly = latitudes.map((latitude) =>
    fourier(yearSamples, 2, (share) => {
      return absorbedShare(latitude) * dailyInsolation(sunAt(startOfYear + share * yearMs), latitude);
    }),
  );
  const globalMean = (areaMean(latitudes, yearly) - outgoing.a) / outgoing.b;
  const sun = sunAt(dayOfInterest);
  return latitudes.map((latitude, row) => {
    const year = yearly[row]!;
    const day = fourier(daySamples, 4, (share) => {
      return absorbedShare(latitude) * insolation(sun, latitude, share * 2 * Math.PI);
    });
    const mean = (year.mean - outgoing.a + transport * globalMean) / seasonal.damping + freezing;
    return (instantMs, surface) => {
      const season = delayed(year, seasonal.damping, yearlySpeed * seasonal[surface]);
      const hours = delayed(day, diurnal.damping, dailySpeed * diurnal[surface]);
      const meanOfDay = mean + season((2 * Math.PI * (instantMs - startOfYear)) / yearMs);
      return (angle) => meanOfDay + hours(angle);
    };
  });
}

/** Share of the sunshine that the column below absorbs, by the second Legendre polynomial of sin(latitude). */
function absorbedShare(latitude: number): number {
  const x = Math.sin((latitude * Math.PI) / 180);
  return 0.681 - 0.202 * (1.5 * x * x - 0.5);
}

function fourier(samples: number, harmonics: number, at: (share: number) => number): Wave {
  const values = Array.from({ length: samples }, (_, i) => at(i / samples));
  const project = (wave: (angle: number) => number) =>
    values.reduce((sum, value, i) => sum + value * wave((2 * Math.PI * i) / samples), 0) / samples;
  return {
    mean: project(() => 1),
    harmonics: Array.from({ length: harmonics }, (_, i) => ({
      cos: 2 * project((angle) => Math.cos((i + 1) * angle)),
      sin: 2 * project((angle) => Math.sin((i + 1) * angle)),
    })),
  };
}

/** Answer of C dT/dt = F - damping T to the wave F; `inertia` is C times the angular speed of its first harmonic. */
function delayed(wave: Wave, damping: number, inertia: number): (phase: number) => number {
  const answer = wave.harmonics.map(({ cos, sin }, i) => {
    const delay = (i + 1) * inertia;
    const size = damping ** 2 + delay ** 2;
    return { cos: (damping * cos - delay * sin) / size, sin: (damping * sin + delay * cos) / size };
  });
  return (phase) => {
    let sum = 0;
    for (let i = 0; i < answer.length; i++) {
      sum += answer[i]!.cos * Math.cos((i + 1) * phase) + answer[i]!.sin * Math.sin((i + 1) * phase);
    }
    return sum;
  };
}

function areaMean(latitudes: readonly number[], waves: readonly Wave[]): number {
  const weights = latitudes.map((latitude) => Math.cos((latitude * Math.PI) / 180));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return waves.reduce((sum, wave, row) => sum + wave.mean * weights[row]!, 0) / total;
}
