"""A Singer tap on singer-sdk, as its documentation has them: a RESTStream, a JSONPath for the next link.

Configuration: {"first": the URL of the first page}.
"""

from __future__ import annotations

from typing import Any

from singer_sdk import RESTStream, Tap
from singer_sdk import typing as th


class Items(RESTStream):
    """All items, page by page, along the next links."""

    name = "items"
    path = ""
    primary_keys = ("id",)
    records_jsonpath = "$.results[*]"
    next_page_token_jsonpath = "$.next"
    schema = th.PropertiesList(
        th.Property("id", th.IntegerType, required=True),
        th.Property("name", th.StringType),
        th.Property("url", th.StringType),
        th.Property("price", th.NumberType),
        th.Property("active", th.BooleanType),
        th.Property("owner", th.ObjectType(additional_properties=True)),
        th.Property("lines", th.ArrayType(th.ObjectType(additional_properties=True))),
        th.Property("updated_at", th.DateTimeType),
        th.Property("note", th.StringType),
    ).to_dict()

    @property
    def url_base(self) -> str:
        return self.config["first"]

    def prepare_request(self, context: Any, next_page_token: str | None) -> Any:
        """The next link is a whole URL: nothing is added to it."""
        url = next_page_token or self.url_base
        return self.build_prepared_request(method="GET", url=url, headers=self.http_headers)


class BenchTap(Tap):
    """The tap."""

    name = "tap-bench"
    config_jsonschema = th.PropertiesList(th.Property("first", th.StringType, required=True)).to_dict()

    def discover_streams(self) -> list[Items]:
        return [Items(tap=self)]


if __name__ == "__main__":
    BenchTap.cli()
