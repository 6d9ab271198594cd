"""Makes test/grid/crs-points.json: what PROJ says of points in the area of use of each projected system listed.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install pyproj
    /tmp/venv/bin/python tools/make-crs-points.py
Coordinates are x before y. Longitudes and latitudes are of CRS84; datum grids are not used. `inverse` is what PROJ makes
of coordinates rounded to a millimetre, so that it is no mere round trip.
"""

import json
import os
import warnings

import pyproj
from pyproj import CRS, Transformer
from pyproj.transformer import AreaOfInterest

HERE = os.path.join(os.path.dirname(__file__), '..', 'test', 'grid', 'crs-points.json')
SINGLE = [
    2056, 2154, 2180, 2193, 3006, 3031, 3034, 3035, 3067, 3347, 3395, 3413, 3571, 3572, 3573, 3574, 3575, 3576,
    3577, 3857, 3976, 3978, 3995, 5041, 5042, 5070, 6931, 6932, 6933, 8857,
]  # fmt: skip
ZONES = [
    *range(32601, 32661), *range(32701, 32761), *range(25828, 25839), *range(26901, 26924),
    *range(28348, 28359), *range(31978, 31986),
]  # fmt: skip

warnings.simplefilter('ignore')
pyproj.network.set_network_enabled(False)


def degrees_of(low, high, code):
    """Longitudes or latitudes in the area, its ends nearly included; fewer where the same is computed for many zones."""
    parts = [0.03, 0.91] if code in ZONES else [0.03, 0.5, 0.91]
    return [round(low + part * (high - low), 3) for part in parts]


def transformer(crs, area):
    """From the system's own degrees, unless its figure is another than that of WGS 84: datums are told apart there only."""
    no_shift = crs.geodetic_crs.ellipsoid.name in ('GRS 1980', 'WGS 84')
    source = crs.geodetic_crs if no_shift else 'OGC:CRS84'
    return Transformer.from_crs(source, crs, always_xy=True, area_of_interest=area)


def points_of(code):
    crs = CRS.from_epsg(code)
    west, south, east, north = crs.area_of_use.bounds
    area = AreaOfInterest(west, south, east, north)
    east = east if west <= east else east + 360
    project = transformer(crs, area)
    points = []
    for lat in degrees_of(south, north, code):
        for lon in degrees_of(west, east, code):
            lon = round((lon + 180) % 360 - 180, 3)
            x, y = project.transform(lon, lat)
            near = [round(x, 3), round(y, 3)]
            back = project.transform(*near, direction='INVERSE')
            points.append({
                'lonLat': [lon, lat],
                'xy': [round(x, 5), round(y, 5)],
                'near': near,
                'inverse': [round(v, 10) for v in back],
            })
    return {'code': code, 'points': points}


with open(HERE, 'w') as out:
    lines = ',\n'.join(json.dumps(points_of(code), separators=(',', ':')) for code in [*SINGLE, *ZONES])
    out.write(f'[\n{lines}\n]\n')
