"""OWSLib as a client of a running service: `python tools/owslib-edr.py http://localhost:8080`.

Needs OWSLib 0.28 or newer (`pip install owslib`). Opens the service, lists what it has, and asks each collection for a
position and a cube at the centre of its extent. Ends with status 1 when something is not answered.
"""

import sys

from owslib.ogcapi.edr import EnvironmentalDataRetrieval

service = EnvironmentalDataRetrieval(sys.argv[1])
print("OpenAPI", service.api()["openapi"], "-", len(service.conformance()["conformsTo"]), "conformance classes")
failures = 0
for name in service.data():
    collection = service.collection(name)
    west, south, east, north = collection["extent"]["spatial"]["bbox"][0][:4]
    x, y, dx, dy = (west + east) / 2, (south + north) / 2, (east - west) / 8, (north - south) / 8
    parameters = list(collection["parameter_names"])[:1]
    asked = {
        "position": {"coords": f"POINT({x} {y})", "parameter_names": parameters},
        "cube": {"bbox": [x - dx, y - dy, x + dx, y + dy], "parameter_names": parameters},
    }
    for query, arguments in asked.items():
        try:
            answer = service.query_data(name, query, **arguments)
            print(name, query, answer.get("type", "no data"))
        except RuntimeError as error:
            failures += 1
            print(name, query, "FAILED", error)
sys.exit(1 if failures else 0)
