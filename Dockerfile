# Builds the image of one service: docker build --build-arg SERVICE=order-service .
ARG PYTHON_VERSION=3.14

FROM python:${PYTHON_VERSION}-slim-bookworm AS packages
COPY tools/local/installer.txt .
RUN pip install --no-cache-dir --require-hashes --requirement installer.txt \
    && python -m venv --without-pip /venv
ARG SERVICE
COPY ${SERVICE}/requirements.txt .
RUN --mount=type=cache,target=/var/cache/uv \
    uv pip install --cache-dir /var/cache/uv --link-mode copy --compile-bytecode \
        --python /venv/bin/python --require-hashes --requirement requirements.txt

# Its files are the same on every platform, so the builder's own can build them. Only the
# gateway's image has them.
FROM --platform=$BUILDPLATFORM python:${PYTHON_VERSION}-slim-bookworm AS storefront
WORKDIR /srv
COPY tools/local/installer.txt .
RUN pip install --no-cache-dir --require-hashes --requirement installer.txt
COPY tools/storefront tools/storefront
COPY frontend/.npmrc frontend/package.json frontend/package-lock.json \
    frontend/requirements.txt frontend/
ARG SERVICE
ENV npm_config_cache=/var/cache/npm
RUN --mount=type=cache,target=/var/cache/npm \
    [ "$SERVICE" != api-gateway ] || python -m tools.storefront install
COPY frontend frontend
RUN mkdir -p frontend/build \
    && { [ "$SERVICE" != api-gateway ] || python -m tools.storefront build; }

FROM python:${PYTHON_VERSION}-slim-bookworm
RUN useradd --uid 10001 --no-create-home pannier
ENV PATH=/venv/bin:$PATH PYTHONPATH=/srv/libs PYTHONUNBUFFERED=1
COPY --from=packages /venv /venv
COPY libs/chassis/chassis /srv/libs/chassis
COPY contracts/openapi /srv/contracts/openapi
COPY --from=storefront /srv/frontend/build /srv/frontend/build
COPY start.sh /srv/
ARG SERVICE
ENV SERVICE=${SERVICE}
COPY ${SERVICE} /srv/${SERVICE}
WORKDIR /srv/${SERVICE}
# Compiled here, because the root filesystem of the container is read-only.
RUN python -m compileall -q /srv
USER pannier
CMD ["sh", "-c", "exec /srv/start.sh \"$SERVICE\""]
