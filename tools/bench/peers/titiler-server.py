"""titiler.xarray over local Zarr stores: `app` for uvicorn."""

from fastapi import FastAPI
from titiler.xarray.factory import TilerFactory

tiler = TilerFactory()
app = FastAPI()
app.include_router(tiler.router)


@app.get("/ready")
def ready():
    return {}
