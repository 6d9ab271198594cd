"""xpublish-edr on the Zarr stores of the folder BENCH_DATA, one data set for each: `app` for uvicorn."""

import os
from pathlib import Path

import xarray
import xpublish

# Lazy, and without dask, which takes longer for answers as small as these.
DATASETS = {
    store.stem: xarray.open_zarr(store, chunks=None)
    for store in Path(os.environ["BENCH_DATA"]).glob("*.zarr")
}

app = xpublish.Rest(DATASETS).app
