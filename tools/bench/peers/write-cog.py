"""Writes the scene of the tile bench as a Cloud-Optimised GeoTIFF: rows of float32 from standard input.

write-cog.py OUT SIDE EPSG WEST NORTH STEP
"""

import sys

import numpy
import rasterio
from rasterio.transform import from_origin

out, side, epsg, west, north, step = sys.argv[1:]
side = int(side)
cells = numpy.frombuffer(sys.stdin.buffer.read(), "<f4").reshape(side, side)
profile = {
    "driver": "COG",
    "dtype": "float32",
    "count": 1,
    "width": side,
    "height": side,
    "crs": f"EPSG:{epsg}",
    "transform": from_origin(float(west), float(north), float(step), float(step)),
    "blocksize": 256,
    "compress": "DEFLATE",
    "predictor": 3,
    "overview_resampling": "average",
}
with rasterio.open(out, "w", **profile) as file:
    file.write(cells, 1)
