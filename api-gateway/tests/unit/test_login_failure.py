"""A failed log-in at a provider leads to a page of the storefront."""

from app.document.published import read_contracts
from app.sessions.login_failure import LOCAL_PATH, LONGEST_PATH


def test_gateway_accepts_the_pages_that_user_service_accepts() -> None:
    login = read_contracts()["user-service"]["paths"]["/auth/oidc/login"]["get"]
    [page] = [p["schema"] for p in login["parameters"] if p["name"] == "return_to"]
    assert page["pattern"] == f"^{LOCAL_PATH.pattern}$"
    assert page["maxLength"] == LONGEST_PATH
