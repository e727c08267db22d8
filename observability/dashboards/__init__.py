"""Grafana's dashboards as tables; `make dashboards` writes observability/grafana."""

from observability.dashboards.business import BUSINESS
from observability.dashboards.follow import FOLLOW
from observability.dashboards.overview import OVERVIEW
from observability.dashboards.saga import SAGA
from observability.dashboards.service import SERVICE_DASHBOARDS
from observability.dashboards.slos import SLOS
from observability.dashboards.stores import STORES

DASHBOARDS = (OVERVIEW, FOLLOW, *SERVICE_DASHBOARDS, SAGA, STORES, SLOS, BUSINESS)

__all__ = ["DASHBOARDS"]
