import { RandomFile } from './random-file.js';

const signature = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/** Whether the file is HDF5: its signature is at 0, or after a block of its user's at 512, 1024, 2048, ... */
export async function isHdf5(path: string): Promise<boolean> {
  const file = await RandomFile.open(path);
  try {
    for (let at = 0; at + signature.length <= file.sizeBytes; at = at === 0 ? 512 : at * 2) {
      const found = new Uint8Array(signature.length);
      await file.read(at, found);
      if (signature.equals(found)) return true;
    }
    return false;
  } finally {
    await file.close();
  }
}
