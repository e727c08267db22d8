"""The merged OpenAPI document: public operations only, and no names that collide."""

from typing import Any

import pytest

from app.document.merging import NamesCollide, merge

Json = dict[str, Any]

TOKEN_URL = "https://shop.example/api/v1/auth/login"
ERRORS: Json = {
    "502": {
        "description": "bad_gateway",
        "content": {"json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    },
    "503": {"description": "circuit_open"},
}
TOKEN_ERRORS: Json = {"401": {"description": "not_authenticated"}}
BEARER = {"type": "oauth2", "flows": {"password": {"tokenUrl": "x", "scopes": {}}}}
OWN: Json = {
    "openapi": "3.1.0",
    "info": {"title": "api-gateway", "version": "1"},
    "paths": {},
    "components": {"schemas": {"Problem": {"type": "object"}}},
}


def answering(schema: str, operation_id: str = "read") -> Json:
    schema_of_body = {"$ref": f"#/components/schemas/{schema}"}
    content = {"application/json": {"schema": schema_of_body}}
    return {
        "operationId": operation_id,
        "responses": {"200": {"description": "ok", "content": content}},
    }


def service(paths: Json, **schemas: Json) -> Json:
    components = {"schemas": schemas, "securitySchemes": {"Bearer": BEARER, "B": {}}}
    return {"paths": paths, "components": components}


def merged(public: dict[str, str], **services: Json) -> Json:
    return merge(
        OWN,
        {f"{name}-service": document for name, document in services.items()},
        lambda service, path: public.get(f"{service}{path}"),
        lambda service, path: ERRORS | ({} if path == "/open" else TOKEN_ERRORS),
        TOKEN_URL,
    )


def test_names_get_prefix_of_their_service() -> None:
    lamp = service({"/lamps": {"get": answering("Lamp")}}, Lamp={"type": "object"})

    document = merged({"lamp-service/lamps": "/api/v1/lamps"}, lamp=lamp)

    operation = document["paths"]["/api/v1/lamps"]["get"]
    body = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert operation["operationId"] == "lamp_read"
    assert body == {"$ref": "#/components/schemas/lamp_Lamp"}
    assert document["components"]["schemas"]["lamp_Lamp"] == {"type": "object"}


def test_same_names_in_two_services_are_kept_apart() -> None:
    paths = {"/things": {"get": answering("Thing")}}
    lamp = service(paths, Thing={"title": "lamp"})
    order = service(paths, Thing={"title": "order"})

    public = {"lamp-service/things": "/lamps", "order-service/things": "/orders"}
    schemas = merged(public, lamp=lamp, order=order)["components"]["schemas"]

    assert schemas["lamp_Thing"] == {"title": "lamp"}
    assert schemas["order_Thing"] == {"title": "order"}


def test_private_operations_and_unused_schemas_are_left_out() -> None:
    lamp = service(
        {"/lamps": {"get": answering("Lamp")}, "/private": {"get": answering("Key")}},
        Lamp={"properties": {"part": {"$ref": "#/components/schemas/Part"}}},
        Part={"type": "string"},
        Key={"type": "object"},
    )

    document = merged({"lamp-service/lamps": "/api/v1/lamps"}, lamp=lamp)

    assert list(document["paths"]) == ["/api/v1/lamps"]
    schemas = document["components"]["schemas"]
    assert set(schemas) == {"lamp_Lamp", "lamp_Part", "gateway_Problem"}
    part = schemas["lamp_Lamp"]["properties"]["part"]
    assert part == {"$ref": "#/components/schemas/lamp_Part"}


def test_same_public_operation_of_two_services_collides() -> None:
    paths = {"/dead-letters": {"get": answering("Thing")}}
    one, other = service(paths, Thing={}), service(paths, Thing={})

    public = dict.fromkeys(("a-service/dead-letters", "b-service/dead-letters"), "/d")
    with pytest.raises(NamesCollide, match="GET /d"):
        merged(public, a=one, b=other)


def test_methods_of_one_path_may_be_of_two_services() -> None:
    one = service({"/lamps": {"get": answering("Thing")}}, Thing={})
    other = service({"/lamps": {"post": answering("Thing")}}, Thing={})

    public = dict.fromkeys(("a-service/lamps", "b-service/lamps"), "/lamps")
    assert set(merged(public, a=one, b=other)["paths"]["/lamps"]) == {"get", "post"}


def test_same_operation_id_twice_in_service_collides() -> None:
    paths = {"/a": {"get": answering("Thing")}, "/b": {"get": answering("Thing")}}
    public = {"lamp-service/a": "/a", "lamp-service/b": "/b"}

    with pytest.raises(NamesCollide, match="operation lamp_read"):
        merged(public, lamp=service(paths, Thing={}))


def test_same_schema_name_after_prefix_collides() -> None:
    """`a` + `b_Lamp` and `a_b` + `Lamp` are the same name."""
    one = service({}, b_Lamp={})
    other = service({}, Lamp={})

    with pytest.raises(NamesCollide, match="schema a_b_Lamp"):
        merged({}, a=one, a_b=other)


def test_operations_have_errors_of_the_gateway() -> None:
    paths = {"/lamps": {"get": answering("Lamp")}}
    paths["/lamps"]["get"]["responses"]["503"] = {"description": "unavailable"}

    document = merged({"lamp-service/lamps": "/lamps"}, lamp=service(paths, Lamp={}))

    responses = document["paths"]["/lamps"]["get"]["responses"]
    assert responses["503"]["description"] == "unavailable, circuit_open"
    schema = responses["502"]["content"]["json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/gateway_Problem"}


def test_errors_of_the_gateway_depend_on_the_path() -> None:
    paths = {path: {"get": answering("Lamp", path)} for path in ("/lamps", "/open")}
    public = {f"lamp-service{path}": path for path in paths}

    described = merged(public, lamp=service(paths, Lamp={}))["paths"]

    assert "401" in described["/lamps"]["get"]["responses"]
    assert "401" not in described["/open"]["get"]["responses"]


def test_object_that_stands_in_two_places_gets_one_prefix() -> None:
    shared = answering("Lamp")["responses"]
    paths = {
        "/a": {"get": {"operationId": "a", "responses": shared}},
        "/b": {"get": {"operationId": "b", "responses": shared}},
    }

    public = {"lamp-service/a": "/a", "lamp-service/b": "/b"}
    schemas = merged(public, lamp=service(paths, Lamp={}))["components"]["schemas"]

    assert "lamp_Lamp" in schemas


def test_authorize_logs_in_through_the_gateway() -> None:
    paths = {"/lamps": {"get": {**answering("Lamp"), "security": [{"Bearer": []}, {}]}}}

    document = merged({"lamp-service/lamps": "/lamps"}, lamp=service(paths, Lamp={}))

    schemes = document["components"]["securitySchemes"]
    assert list(schemes) == ["Bearer"]
    assert schemes["Bearer"]["flows"]["password"]["tokenUrl"] == TOKEN_URL
    assert document["servers"] == [{"url": "/"}]


def test_descriptions_name_public_paths() -> None:
    text = "As `GET /lamps?on=true`, not `/private`; see /lamps and `PATCH`."
    lamps = {**answering("Lamp"), "description": text}
    lamp = service(
        {"/lamps": {"get": lamps}}, Lamp={"description": "Made by `POST /lamps`."}
    )

    document = merged({"lamp-service/lamps": "/api/v1/lamps"}, lamp=lamp)

    assert document["paths"]["/api/v1/lamps"]["get"]["description"] == (
        "As `GET /api/v1/lamps?on=true`, not `/private`; see /lamps and `PATCH`."
    )
    made = document["components"]["schemas"]["lamp_Lamp"]["description"]
    assert made == "Made by `POST /api/v1/lamps`."
    assert lamps["description"] == text


def test_documents_of_services_stay_as_they_are() -> None:
    lamp = service({"/lamps": {"get": answering("Lamp")}}, Lamp={})

    for _ in range(2):
        document = merged({"lamp-service/lamps": "/lamps"}, lamp=lamp)
        assert document["paths"]["/lamps"]["get"]["operationId"] == "lamp_read"
