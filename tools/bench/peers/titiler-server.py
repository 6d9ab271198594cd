"""titiler.xarray over local Zarr stores and, below /cog, titiler over local GeoTIFFs: `app` for uvicorn."""

import titiler.core.factory
import titiler.xarray.factory
from fastapi import FastAPI

app = FastAPI()
app.include_router(titiler.xarray.factory.TilerFactory().router)
app.include_router(titiler.core.factory.TilerFactory(router_prefix="/cog").router, prefix="/cog")


@app.get("/ready")
def ready():
    return {}
