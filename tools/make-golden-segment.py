"""Writes the golden segment of test/segment/golden from docs/format.md alone.

Usage: python3 tools/make-golden-segment.py test/segment/golden
Plain Python on purpose: it shares no code with the program whose reader it tests.
"""

import hashlib
import json
import pathlib
import struct
import sys
import zlib

LEVEL, PARAMETER, PARTITION = 0, "t2m", "all"
GENERATION = 7
COMMIT = "0190b6a2-golden"
FIRST_INDEX = 4_294_967_290  # keys need 8 bytes, indexes more than 32 bits


# --- Avro -------------------------------------------------------------------------------------


def number(name, kind="int"):
    return {"name": name, "type": kind}


KEY = {
    "type": "record",
    "name": "TileKey",
    "fields": [
        number("level"),
        {"name": "parameter", "type": "string"},
        *map(number, ["col", "row", "t", "z"]),
        {"name": "custom", "type": {"type": "array", "items": "int"}},
    ],
}
SHAPE = {"type": "record", "name": "TileShape", "fields": [*map(number, ["t", "z", "row", "col"])]}
SUMMARY = {
    "type": "record",
    "name": "TileSummary",
    "fields": [number("valid", "long"), *(number(name, "double") for name in ["min", "max", "sum"])],
}


def tile_schema(name, shape, summary, rest):
    fields = [
        {"name": "type", "type": "string"},
        {"name": "shape", "type": shape},
        {"name": "summary", "type": ["null", summary], "default": None},
        *rest,
    ]
    return {"type": "record", "name": name, "fields": fields}


CONSTANT = tile_schema("ConstantTile", SHAPE, SUMMARY, [number("value", "double")])
CODED = tile_schema(
    "CodedTile", "TileShape", "TileSummary", [number("codec", "string"), number("bytes", "bytes")]
)
PAIR = {
    "type": "record",
    "name": "TilePair",
    "fields": [{"name": "key", "type": KEY}, {"name": "tile", "type": [CONSTANT, CODED]}],
}
RECORD = {
    "type": "record",
    "name": "TileRecord",
    "fields": [{"name": "pairs", "type": {"type": "array", "items": PAIR}}],
}
SCHEMA = json.dumps(RECORD, separators=(",", ":"))


def avro_int(value):
    zigzag = value * 2 if value >= 0 else -value * 2 - 1
    out = bytearray()
    while zigzag > 0x7F:
        out.append(zigzag & 0x7F | 0x80)
        zigzag >>= 7
    out.append(zigzag)
    return bytes(out)


def avro_bytes(data):
    return avro_int(len(data)) + data


def avro_string(text):
    return avro_bytes(text.encode())


def avro_array(items):
    return (avro_int(len(items)) + b"".join(items) if items else b"") + avro_int(0)


def avro_doubles(*values):
    return struct.pack(f"<{len(values)}d", *values)


def avro_key(col, row, t, custom):
    numbers = b"".join(map(avro_int, [col, row, t, 0]))
    return avro_int(LEVEL) + avro_string(PARAMETER) + numbers + avro_array([*map(avro_int, custom)])


def avro_tile_head(branch, cell_type, shape, summary):
    head = avro_int(branch) + avro_string(cell_type) + b"".join(map(avro_int, shape))
    if summary is None:
        return head + avro_int(0)
    valid, *rest = summary
    return head + avro_int(1) + avro_int(valid) + avro_doubles(*rest)


def constant(cell_type, shape, summary, value):
    return avro_tile_head(0, cell_type, shape, summary) + avro_doubles(value)


def coded(cell_type, shape, summary, codec, packed):
    head = avro_tile_head(1, cell_type, shape, summary)
    return head + avro_string(codec) + avro_bytes(packed)


def record_value(*pairs):
    return avro_array([key + tile for key, tile in pairs])


# --- Codecs -----------------------------------------------------------------------------------


def deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def shuffle(data, width):
    return b"".join(data[plane::width] for plane in range(width))


# --- Segment ----------------------------------------------------------------------------------


def pad8(data):
    return data + bytes(-len(data) % 8)


def segment(records):
    first, last = records[0][0], records[-1][0]
    place = f"{LEVEL}/{PARAMETER}/{PARTITION}/{first:016x}/{GENERATION:08x}/{COMMIT}"
    salt = hashlib.sha256(place.encode()).digest()[:8]
    header = bytes.fromhex("895453 45470d0a1a") + struct.pack("<HHIQ", 1, 64, 0, first) + salt + bytes(28)
    body = header + struct.pack("<I", zlib.crc32(header))
    offsets, lengths = [], []
    for index, value in records:
        rest = struct.pack("<IQ", len(value), index) + value
        crc = zlib.crc32(salt + struct.pack("<Q", len(body)) + rest)
        offsets.append(len(body) // 8)
        lengths.append(4 + len(rest))
        body += pad8(struct.pack("<I", crc) + rest)
    width = 4 if last - first < 2**32 else 8
    count = len(records)
    keys = struct.pack(f"<{count}{'I' if width == 4 else 'Q'}", *(index - first for index, _ in records))
    block = pad8(keys) + pad8(struct.pack(f"<{count}I", *offsets)) + pad8(struct.pack(f"<{count}I", *lengths))
    run = {"level": LEVEL, "parameter": PARAMETER, "partition": PARTITION}
    meta = {"formatVersion": 1, "run": run, "commitId": COMMIT, "schema": SCHEMA}
    meta = json.dumps(meta, separators=(",", ":")).encode()
    tail = block + pad8(meta)
    trailer = struct.pack("<QIIIIQQ", len(body), len(block), len(meta), count, zlib.crc32(tail), first, last)
    trailer += salt + struct.pack("<IHBB", 0, 1, width, 0)
    tail += trailer + struct.pack("<I", zlib.crc32(trailer)) + b"GEST"
    data = body + tail
    sha = hashlib.sha256(data).hexdigest()[:32]
    return f"{first:016x}-{last:016x}-{count:05x}-{len(tail):06x}-{GENERATION:08x}-{sha}.seg", data


# --- The records ------------------------------------------------------------------------------


def records():
    """Four cells each; test/segment/golden.test.ts states the same values."""
    shape = (1, 1, 2, 2)
    floats = struct.pack("<4f", 1.5, -2.25, float("nan"), 1e30)
    shorts = struct.pack("<4h", -1, 2, -300, 32767)
    ramp = struct.pack("<64f", *(280 + i / 4 for i in range(64)))
    many = (64, 280.0, 295.75, sum(280 + i / 4 for i in range(64)))
    nan = constant("float32", shape, None, float("nan"))
    negative_zero = constant("float64", shape, (4, -0.0, -0.0, 0.0), -0.0)
    return [
        (FIRST_INDEX, record_value((avro_key(0, 0, 0, []), nan))),
        (
            FIRST_INDEX + 1,
            record_value(
                (avro_key(1, 0, 0, []), coded("float32", shape, (3, -2.25, 1e30, 1e30), "raw", floats)),
                (avro_key(1, 0, 1, [3, 0]), negative_zero),
            ),
        ),
        (FIRST_INDEX + 2, record_value((avro_key(1, 1, 0, []), coded("int16", shape, None, "raw", shorts)))),
        (
            FIRST_INDEX + 2**32 + 5,
            record_value((avro_key(0, 1, 0, []), coded("float32", (4, 1, 4, 4), many, "deflate", deflate(ramp)))),
        ),
        (
            FIRST_INDEX + 2**40,
            record_value(
                (
                    avro_key(70_000, 2**31 - 1, 0, []),
                    coded("float32", (4, 1, 4, 4), many, "shuffle-deflate", deflate(shuffle(ramp, 4))),
                )
            ),
        ),
    ]


def main():
    folder = pathlib.Path(sys.argv[1])
    name, data = segment(records())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    print(name, len(data))


main()
