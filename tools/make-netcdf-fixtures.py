"""Makes test/sources/netcdf/fixtures: NetCDF files by the NetCDF library and h5py, and what is in them.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install netCDF4 h5py
    /tmp/venv/bin/python tools/make-netcdf-fixtures.py
For each file that can be read a line of `expected.jsonl` keeps its axes and its physical values (null: no
data), taken from the arrays given to the writers, not read back.
"""

import json
import os

import h5py
import netCDF4
import numpy as np

HERE = os.path.join(os.path.dirname(__file__), '..', 'test', 'sources', 'netcdf', 'fixtures')
expected = {}


def values(array, missing=None):
    flat = np.asarray(array, dtype='f8').ravel()
    lost = np.zeros(flat.shape, bool) if missing is None else np.asarray(missing).ravel()
    return [None if gone or np.isnan(v) else float(v) for v, gone in zip(flat, lost)]


def note(name, axes, **parameters):
    expected[name] = {
        'axes': {axis: [v if isinstance(v, str) else float(v) for v in cells] for axis, cells in axes.items()},
        'parameters': {
            key: {'dims': dims, 'shape': list(np.shape(array)), 'values': values(array, missing)}
            for key, (dims, array, missing) in parameters.items()
        },
    }


def field(*shape):
    """Values that differ in every cell and have quarters."""
    return np.arange(np.prod(shape)).reshape(shape) * 0.25 - 3


def place(d, lat, lon):
    d.createDimension('lat', len(lat))
    d.createDimension('lon', len(lon))
    y = d.createVariable('lat', 'f8', ('lat',))
    y.units, y.standard_name = 'degrees_north', 'latitude'
    y[:] = lat
    x = d.createVariable('lon', 'f4', ('lon',))
    x.units, x.standard_name = 'degrees_east', 'longitude'
    x[:] = lon


def new(name, format):
    return netCDF4.Dataset(os.path.join(HERE, name), 'w', format=format)


def pack(array, missing, scale, offset, fill):
    return np.where(missing, fill, np.round((array - offset) / scale)).astype('i2')


LAT, LON = [60, 40, 20], [0, 90, 180, 270, 350]
HOLES = (np.arange(4 * 3 * 5).reshape(4, 3, 5) % 7) == 3


def records(name, format):
    """Four records of six variables, one of them of bytes that need padding; packed cells with holes; noleap."""
    d = new(name, format)
    d.createDimension('time', None)
    place(d, LAT, LON)
    t = d.createVariable('time', 'f8', ('time',))
    t.units, t.calendar = 'days since 2000-02-27 12:00:00', 'noleap'
    t2m = d.createVariable('t2m', 'i2', ('time', 'lat', 'lon'), fill_value=-32000)
    t2m.set_auto_maskandscale(False)
    t2m.scale_factor, t2m.add_offset, t2m.units, t2m.long_name = 0.25, 10.0, 'K', 'température à 2 m'
    flag = d.createVariable('flag', 'i1', ('time', 'lat', 'lon'))
    flag.flag_values = np.array([0, 1, 2], 'i1')
    u10 = d.createVariable('u10', 'f4', ('time', 'lat', 'lon'))
    u10.missing_value = np.float32(-9999)
    mean = d.createVariable('area_mean', 'f4', ('time',))
    orog = d.createVariable('orog', 'f8', ('lat', 'lon'))
    d.title = 'records'
    d.numbers = np.array([1.5, 2.5])
    a = field(4, 3, 5)
    flags = np.arange(60).reshape(4, 3, 5) % 3 - 1
    for k in range(4):
        t[k] = k
        t2m[k] = pack(a[k], HOLES[k], 0.25, 10, -32000)
        flag[k] = flags[k]
        u10[k] = np.where(HOLES[k], -9999, a[k] * 2)
        mean[k] = a[k].mean()
    orog[:] = field(3, 5)
    d.close()
    days = ['2000-02-27T12:00:00Z', '2000-02-28T12:00:00Z', '2000-03-01T12:00:00Z', '2000-03-02T12:00:00Z']
    tyx = ['time', 'lat', 'lon']
    note(name, {'x': LON, 'y': LAT, 't': days},
         t2m=(tyx, a, HOLES), flag=(tyx, flags, None), u10=(tyx, a * 2, HOLES), orog=(['lat', 'lon'], field(3, 5), None))


def lone_record(name):
    """One record variable of an odd number of shorts: its records are not padded."""
    d = new(name, 'NETCDF3_CLASSIC')
    d.createDimension('step', None)
    place(d, LAT, LON)
    a = d.createVariable('a', 'i2', ('step', 'lat', 'lon'))
    for k in range(3):
        a[k] = np.arange(15).reshape(3, 5) + 100 * k
    d.close()
    note(name, {'x': LON, 'y': LAT}, a=(['step', 'lat', 'lon'], [np.arange(15).reshape(3, 5) + 100 * k for k in range(3)], None))


def members(name, format):
    """Members by name, levels, a scalar time and height, cells that were never written; a grid mapping."""
    d = new(name, format)
    place(d, [-10, 0, 10], [-5, 0, 5, 10])
    d.createDimension('member', 2)
    d.createDimension('level', 2)
    d.createDimension('strlen', 6)
    m = d.createVariable('member', 'S1', ('member', 'strlen'))
    m[:] = netCDF4.stringtochar(np.array(['one', 'second'], 'S6'))
    z = d.createVariable('level', 'i4', ('level',))
    z.units, z.positive = 'Pa', 'down'
    z[:] = [85000, 50000]
    t = d.createVariable('time', 'i4', ())
    t.units, t.standard_name = 'hours since 2020-01-01', 'time'
    t[...] = 30
    h = d.createVariable('height', 'f4', ())
    h.units = 'm'
    h[...] = 2
    crs = d.createVariable('crs', 'S1', ())
    crs.grid_mapping_name = 'latitude_longitude'
    q = d.createVariable('q', 'f8', ('member', 'level', 'lat', 'lon'))
    q.grid_mapping, q.units = 'crs', 'kg kg-1'
    a = field(2, 2, 3, 4)
    q[0] = a[0]
    q[1, 0] = a[1, 0]
    d.close()
    missing = np.zeros(a.shape, bool)
    missing[1, 1] = True
    note(name, {'x': [-5, 0, 5, 10], 'y': [-10, 0, 10], 'z': [85000, 50000], 'member': ['one', 'second']},
         q=(['member', 'level', 'lat', 'lon'], a, missing))


def data64(name):
    """Unsigned and 64-bit types of version 5."""
    d = new(name, 'NETCDF3_64BIT_DATA')
    d.createDimension('time', None)
    place(d, LAT, LON)
    t = d.createVariable('time', 'i8', ('time',))
    t.units = 'seconds since 1970-01-01'
    a = d.createVariable('a', 'u2', ('time', 'lat', 'lon'), fill_value=65535)
    b = d.createVariable('b', 'u1', ('time', 'lat', 'lon'))
    b.big = np.array([2**53 - 1], 'i8')
    cells = np.arange(30).reshape(2, 3, 5)
    for k in range(2):
        t[k] = 86400 * k
        a[k] = np.where(cells[k] == 4, 65535, cells[k] + 65000)
        b[k] = cells[k] + 200
    d.close()
    tyx = ['time', 'lat', 'lon']
    note(name, {'x': LON, 'y': LAT, 't': ['1970-01-01T00:00:00Z', '1970-01-02T00:00:00Z']},
         a=(tyx, cells + 65000, cells == 4), b=(tyx, cells + 200, None))


def chunked(name):
    """NetCDF-4: chunks with deflate, shuffle and checksum, big-endian, contiguous; a variable with fewer records."""
    d = new(name, 'NETCDF4')
    d.createDimension('time', None)
    place(d, LAT, LON)
    t = d.createVariable('time', 'i8', ('time',), chunksizes=(16,))
    t.units, t.calendar = 'hours since 2001-01-01', '360_day'
    t2m = d.createVariable('t2m', 'i2', ('time', 'lat', 'lon'), fill_value=-32000, zlib=True, shuffle=True,
                           fletcher32=True, chunksizes=(3, 2, 2))
    t2m.set_auto_maskandscale(False)
    t2m.scale_factor, t2m.add_offset, t2m.units = 0.25, 10.0, 'K'
    t2m.setncattr_string('long_name', 'température à 2 m')
    t2m.levels = np.array([1.5, 2.5])
    t2m.count = np.int64(7)
    big = d.createVariable('big', 'f4', ('time', 'lat', 'lon'), endian='big', zlib=True, chunksizes=(1, 3, 5))
    short = d.createVariable('short', 'f8', ('time', 'lat', 'lon'), chunksizes=(1, 3, 5))
    orog = d.createVariable('orog', 'f4', ('lat', 'lon'), contiguous=True)
    d.title = 'Überblick'
    a = field(4, 3, 5)
    t[:] = np.arange(4) * 720
    t2m[:] = pack(a, HOLES, 0.25, 10, -32000)
    big[:] = a * 2
    short[0:2] = a[0:2]
    orog[:] = field(3, 5)
    d.close()
    months = [f'2001-0{k}-01T00:00:00Z' for k in (1, 2, 3, 4)]
    tyx = ['time', 'lat', 'lon']
    late = np.zeros(a.shape, bool)
    late[2:] = True
    note(name, {'x': LON, 'y': LAT, 't': months}, t2m=(tyx, a, HOLES), big=(tyx, a * 2, None), short=(tyx, a, late),
         orog=(['lat', 'lon'], field(3, 5), None))


def labels4(name):
    """NetCDF-4: strings of any length as a coordinate; a two-dimensional variable named like a dimension."""
    d = new(name, 'NETCDF4')
    place(d, LAT, LON)
    d.createDimension('run', 2)
    r = d.createVariable('run', str, ('run',))
    r[:] = np.array(['früh', 'spät'], object)
    d.createDimension('band', 2)
    b = d.createVariable('band', 'f4', ('lat', 'lon'))
    b[:] = field(3, 5)
    a = d.createVariable('a', 'f4', ('run', 'band', 'lat', 'lon'), zlib=True)
    a[:] = field(2, 2, 3, 5)
    d.createGroup('more').createDimension('deep', 1)
    d.close()
    note(name, {'x': LON, 'y': LAT, 'run': ['früh', 'spät'], 'band': [0, 1]},
         a=(['run', 'band', 'lat', 'lon'], field(2, 2, 3, 5), None), band=(['lat', 'lon'], field(3, 5), None))


def user_block(name):
    """Plain HDF5 behind a block of 1024 bytes: dimension scales by h5py, no trace of the NetCDF library."""
    with h5py.File(os.path.join(HERE, name), 'w', userblock_size=1024, libver='latest') as f:
        f['lat'] = np.array(LAT, '>f4')
        f['lon'] = np.array(LON, 'f8')
        f['lat'].attrs['units'] = 'degrees_north'
        f['lon'].attrs['units'] = np.bytes_('degrees_east')
        f['a'] = field(3, 5).astype('f4')
        for d, dim in enumerate(['lat', 'lon']):
            f[dim].make_scale(dim)
            f['a'].dims[d].attach_scale(f[dim])
    note(name, {'x': LON, 'y': LAT}, a=(['lat', 'lon'], field(3, 5), None))


def no_scales(name):
    """HDF5 without dimension scales: dimensions known by their lengths only."""
    with h5py.File(os.path.join(HERE, name), 'w') as f:
        f['lat'] = np.array(LAT, 'f8')
        f['lon'] = np.array(LON, 'f8')
        f['lat'].attrs['units'] = 'degrees_north'
        f['lon'].attrs['units'] = 'degrees_east'
        f['a'] = field(3, 5)
        f['a'].attrs['coordinates'] = 'lat lon'
    note(name, {'x': LON, 'y': LAT}, a=(['phony_dim_0', 'phony_dim_1'], field(3, 5), None))


def refusals(name):
    """Variables that are refused, each by its own name, beside one that is read."""
    with h5py.File(os.path.join(HERE, name), 'w') as f:
        f['lat'] = np.array(LAT, 'f8')
        f['lon'] = np.array(LON, 'f8')
        f['lat'].attrs['units'] = 'degrees_north'
        f['lon'].attrs['units'] = 'degrees_east'
        f['good'] = field(3, 5)
        f['half'] = field(3, 5).astype('f2')
        f['int64'] = np.arange(15).reshape(3, 5)
        f['bool'] = field(3, 5) > 0
        f['compound'] = np.zeros((3, 5), [('a', 'f4'), ('b', 'i4')])
        f['reference'] = np.full((3, 5), f['lat'].ref, dtype=h5py.ref_dtype)
        f.create_dataset('lzf', data=field(3, 5), chunks=(3, 5), compression='lzf')
        f.create_dataset('scaleoffset', data=np.arange(15).reshape(3, 5).astype('i4'), chunks=(3, 5), scaleoffset=0)
        f.create_dataset('plugin', shape=(3, 5), dtype='f4', chunks=(3, 5), compression=1, shuffle=True)
        plugin = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plugin.set_chunk((3, 5))
        plugin.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, (3,))
        h5py.h5d.create(f.id, b'zstd', h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((3, 5)), plugin)
        layout = h5py.VirtualLayout((3, 5), 'f8')
        layout[:] = h5py.VirtualSource('/etc/hostname', 'a', (3, 5))
        f.create_virtual_dataset('virtual', layout)
        f.create_dataset('outside', shape=(3, 5), dtype='u1', external=[('/etc/passwd', 0, 15)])
        f['elsewhere'] = h5py.ExternalLink('chunked.nc', '/big')
        for key, item in list(f.items()):
            if key in ('lat', 'lon', 'elsewhere'):
                continue
            item.attrs['coordinates'] = 'lat lon'
            for d, dim in enumerate(['lat', 'lon']):
                f[dim].make_scale(dim) if not f[dim].is_scale else None
                item.dims[d].attach_scale(f[dim])
    del f


def groups(name):
    d = new(name, 'NETCDF4')
    place(d.createGroup('inner'), LAT, LON)
    d.close()


os.makedirs(HERE, exist_ok=True)
records('classic.nc', 'NETCDF3_CLASSIC')
records('offset64.nc', 'NETCDF3_64BIT_OFFSET')
records('records4.nc', 'NETCDF4_CLASSIC')
lone_record('lone-record.nc')
members('members.nc', 'NETCDF3_CLASSIC')
members('members4.nc', 'NETCDF4')
data64('data64.nc')
chunked('chunked.nc')
labels4('labels.nc')
user_block('user-block.h5')
no_scales('no-scales.h5')
refusals('refusals.h5')
groups('groups.nc')
with open(os.path.join(HERE, 'expected.jsonl'), 'w') as out:
    for name, content in expected.items():
        json.dump({'file': name, **content}, out, separators=(',', ':'), ensure_ascii=False)
        out.write('\n')
