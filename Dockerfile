# One image for every process of the deployable: web, workers, beat, relay and migrations.
# How it is built without a registry, and tried: docs/building-the-image.md
ARG BASE_IMAGE=docker.io/library/python:3.13-slim-trixie

FROM ${BASE_IMAGE} AS build
# The base's certificates and not uv's own list: an office proxy's may be among them.
ENV UV_SYSTEM_CERTS=true
RUN python3 -m venv /opt/uv && /opt/uv/bin/pip install --no-cache-dir uv==0.13.8
WORKDIR /srv/commerce
COPY requirements/base.txt requirements/base.txt
RUN /opt/uv/bin/uv venv --no-project --python python3 /srv/venv \
    && /opt/uv/bin/uv pip sync --no-cache --compile-bytecode --require-hashes \
        --python /srv/venv/bin/python requirements/base.txt
COPY manage.py ./
COPY config config
COPY commerce commerce
# Only file names are decided here, so no secret of production is needed or kept.
RUN COMMERCE_ENV=development /srv/venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && /srv/venv/bin/python -m compileall -q commerce config

FROM ${BASE_IMAGE}
RUN groupadd --gid 10001 commerce \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent commerce
# Owned by root: what runs cannot change what it runs.
COPY --from=build /srv /srv
ENV PATH=/srv/venv/bin:${PATH} \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    COMMERCE_ENV=production \
    GRANIAN_INTERFACE=wsgi \
    GRANIAN_HOST=0.0.0.0 \
    GRANIAN_PORT=8000 \
    GRANIAN_WORKERS=2 \
    GRANIAN_BLOCKING_THREADS=4 \
    GRANIAN_WEBSOCKETS=false \
    GRANIAN_RESPAWN_FAILED_WORKERS=true
WORKDIR /srv/commerce
USER 10001:10001
EXPOSE 8000
# The others: celery -A config.celery worker -Q …, celery -A config.celery beat …,
# python manage.py relay_outbox, python manage.py migrate.
CMD ["granian", "config.wsgi:application"]
