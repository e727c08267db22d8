"""The pages of the APIs work in a browser that reaches only the platform."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.api.operations import document
from tools.client.shop import PASSWORD, Person, Shop
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY, PORTS

PROTECTED = {
    "user-service": "/me",
    "product-service": "/inventory/{product_id}/transactions",
    "order-service": "/orders",
    "notification-service": "/notifications",
    GATEWAY: "/api/v1/orders",
}


def operations(service: str) -> int:
    return sum(len(path) for path in document(service)["paths"].values())


def browser_url(platform: Platform, service: str) -> str:
    return f"http://localhost:{platform.service_ports[service]}"


@pytest.mark.parametrize("service", PORTS)
async def test_protected_call_succeeds_after_authorize(
    page: Page, platform: Platform, shop: Shop, service: str
) -> None:
    seller = await shop.register()
    product_id = await shop.sell(seller, quantity=3)

    await page.goto(f"{browser_url(platform, service)}/docs")
    await expect(page.locator(".opblock")).to_have_count(operations(service))
    await authorize(page, seller)
    operation = await open_operation(page, PROTECTED[service])
    if "{product_id}" in PROTECTED[service]:
        field = operation.get_by_placeholder("product_id")
        await field.fill(str(product_id))
    await operation.get_by_role("button", name="Execute").click()
    status = operation.locator(".live-responses-table .response .response-col_status")
    await expect(status).to_have_text(re.compile("^200"))


async def test_own_products_are_listed_after_authorize(
    page: Page, platform: Platform, shop: Shop
) -> None:
    seller, other = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=3)
    await shop.sell(other, quantity=3)

    await page.goto(f"{browser_url(platform, 'product-service')}/docs")
    await authorize(page, seller)
    operation = await open_operation(page, "/products")
    await operation.locator('tr[data-param-name="owner"] input').fill("me")
    async with page.expect_response("**/products?*") as answered:
        await operation.get_by_role("button", name="Execute").click()
    answer = await answered.value
    assert answer.status == 200
    assert [product["id"] for product in await answer.json()] == [lamp]


async def authorize(page: Page, person: Person) -> None:
    await page.get_by_role("button", name="Authorize").first.click()
    form = page.locator(".auth-container").filter(has_text="OAuth2PasswordBearer")
    await form.get_by_label("username:").fill(person.username)
    await form.get_by_label("password:").fill(PASSWORD)
    await form.locator("button.authorize").click()
    await expect(form.get_by_text("Logout")).to_be_visible()
    await page.locator("button.close-modal").click()


async def open_operation(page: Page, path: str) -> Locator:
    """Opens the form of `GET path`, ready to be sent."""
    name = page.locator(f'[data-path="{path}"]')
    operation = page.locator(".opblock-get").filter(has=name)
    await operation.locator(name).click()
    await operation.get_by_role("button", name="Try it out").click()
    return operation


@pytest.mark.parametrize("service", PORTS)
async def test_redoc_draws_every_operation(
    page: Page, platform: Platform, service: str
) -> None:
    await page.goto(f"{browser_url(platform, service)}/redoc")
    drawn = page.locator('[data-section-id*="/operation/"] h2')
    await expect(drawn).to_have_count(operations(service))
