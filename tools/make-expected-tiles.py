"""Pixels of map tiles as numpy, xarray, rasterio and PROJ see them, apart from this project: test/maps/expected-tiles.json.

python3 -m venv /tmp/venv && /tmp/venv/bin/pip install xarray==2026.9.0 zarr==3.1.6 rasterio==1.4.4 pyproj==3.7.2
/tmp/venv/bin/python tools/make-expected-tiles.py ../shared/data test/maps/expected-tiles.json

Ten WebMercatorQuad tiles of each of three data sets, native cells. A sample is [px, py, nearest, bilinear, slack]: null for
no data; slack is how far the bilinear value changes within an eighth of a pixel, 0 where nothing is projected. Pixels
whose nearest cell changes within that distance are left out.
"""

import json
import math
import sys
from pathlib import Path

import numpy
import pyproj
import rasterio
import xarray

SAMPLES = 24
EIGHTH = 0.125


def zarr_field(folder, name, parameter, select, tiles):
    field = xarray.open_zarr(folder / f"zarr/{name}.zarr", chunks=None)[parameter].isel(select)
    y, x = field.dims
    return {
        "source": f"zarr/{name}.zarr",
        "crs": None,
        "x": field[x].values.astype("f8"),
        "y": field[y].values.astype("f8"),
        "values": field.values.astype("f8"),
        "tiles": tiles,
    }


def geotiff_field(folder, name, tiles):
    with rasterio.open(folder / name) as raster:
        a = raster.transform
        values = raster.read(1, masked=True).astype("f8").filled(numpy.nan)
        return {
            "source": name,
            "crs": raster.crs.to_wkt(),
            "x": a.c + a.a * (numpy.arange(raster.width) + 0.5),
            "y": a.f + a.e * (numpy.arange(raster.height) + 0.5),
            "values": values,
            "tiles": tiles,
        }


def lonlat(z, x, y, px, py):
    width = 256 * 2**z
    lon = (x * 256 + px + 0.5) / width * 360 - 180
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y * 256 + py + 0.5) / width))))
    return lon, lat


def around(centres, place, circle):
    """The cell that holds a place and the next one towards it with its weight; None outside."""
    distance = place - centres
    if circle:
        distance = (distance + 180) % 360 - 180
    own = int(numpy.argmin(numpy.abs(distance)))
    steps = numpy.abs(numpy.diff(centres))
    step = steps[max(0, min(own, len(steps) - 1))]
    is_global = circle and abs(len(centres) * step - 360) < 1e-3
    toward = 1 if distance[own] * numpy.sign(centres[1] - centres[0]) > 0 else -1
    other = own + toward
    if is_global:
        other %= len(centres)
    if not 0 <= other < len(centres):
        if abs(distance[own]) > step / 2:
            return None
        return own, own, 0.0
    gap = abs(distance[own]) + abs(distance[other])
    return own, other, abs(distance[own]) / gap


def sample(field, place):
    cols = around(field["x"], place[0], field["crs"] is None)
    rows = around(field["y"], place[1], False)
    if cols is None or rows is None:
        return None, None, None
    values = field["values"]
    held = values[rows[0], cols[0]]
    if math.isnan(held):
        return (rows[0], cols[0]), None, None
    total = weights = 0.0
    for row, v in ((rows[0], 1 - rows[2]), (rows[1], rows[2])):
        for col, u in ((cols[0], 1 - cols[2]), (cols[1], cols[2])):
            if u * v > 0 and not math.isnan(values[row, col]):
                total += u * v * values[row, col]
                weights += u * v
    return (rows[0], cols[0]), held, total / weights


def samples_of(field, tile, random):
    project = None
    if field["crs"] is not None:
        project = pyproj.Transformer.from_crs("OGC:CRS84", field["crs"], always_xy=True).transform
    reach = EIGHTH if project else 1e-6
    rows = []
    while len(rows) < SAMPLES:
        px, py = (int(k) for k in random.integers(0, 256, 2))
        found = []
        for dx, dy in ((0, 0), (-1, -1), (-1, 1), (1, -1), (1, 1)):
            place = lonlat(*tile, px + dx * reach, py + dy * reach)
            found.append(sample(field, project(*place) if project else place))
        if len({str(cell) for cell, _, _ in found}) > 1:
            continue
        _, nearest, bilinear = found[0]
        slack = 0
        if project and bilinear is not None:
            slack = max(abs(one[2] - bilinear) for one in found)
        rows.append([px, py, *(None if v is None else float(f"{v:.9g}") for v in (nearest, bilinear)), float(f"{slack:.3g}")])
    return rows


def main():
    folder = Path(sys.argv[1])
    random = numpy.random.default_rng(1)
    around_place = lambda lon, lat: lambda z: (
        z,
        int((lon + 180) / 360 * 2**z),
        int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z),
    )
    sst = [(0, 0, 0), (1, 0, 1), (1, 1, 0), (2, 3, 1), (2, 0, 1), (3, 4, 4), (3, 7, 3), (4, 8, 6), (4, 1, 8), (5, 31, 17)]
    air = [(0, 0, 0), (1, 0, 0), (2, 0, 1), (2, 1, 1), (3, 1, 2), (3, 2, 3), (4, 3, 5), (4, 4, 6), (5, 9, 12), (6, 17, 26)]
    scene = geotiff_field(folder, "geotiff-matrix/f32_epsg3035.tif", [])
    to_lonlat = pyproj.Transformer.from_crs(scene["crs"], "OGC:CRS84", always_xy=True).transform
    at = lambda u, v: around_place(*to_lonlat(scene["x"][int(u * (len(scene["x"]) - 1))], scene["y"][int(v * (len(scene["y"]) - 1))]))
    middle = at(0.5, 0.5)
    scene["tiles"] = [middle(z) for z in (3, 4, 5, 6, 7)] + [at(0.3, 0.7)(z) for z in (5, 7, 9)] + [at(0.8, 0.2)(z) for z in (6, 8)]
    fields = [
        zarr_field(folder, "air_temperature", "air", {"time": -1}, air),
        zarr_field(folder, "coads_sst", "SST", {"TIME": -1}, sst),
        scene,
    ]
    document = [
        {"source": field["source"], "tile": list(tile), "samples": samples_of(field, tile, random)}
        for field in fields
        for tile in field["tiles"]
    ]
    lines = ",\n".join(json.dumps(tile, separators=(",", ":")) for tile in document)
    Path(sys.argv[2]).write_text(f"[\n{lines}\n]\n")


main()
