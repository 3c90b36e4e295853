# syntax=docker/dockerfile:1
# Loopmates as a container: `docker build -t loopmates .`; docs/deploy.md says how to run it.
#
# Rule: nothing is in it but what runs.  It needs no root, and writes to /data only.

FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
WORKDIR /source
RUN python -m venv /opt/loopmates
ENV PATH=/opt/loopmates/bin:$PATH
COPY requirements.txt requirements-postgres.txt ./
RUN pip install --require-hashes -r requirements.txt -r requirements-postgres.txt
COPY LICENSE README.md pyproject.toml ./
COPY app app
COPY adapters adapters
COPY bot bot
COPY content content
COPY scheduler scheduler
RUN pip install --no-deps --no-build-isolation . && pip uninstall --yes setuptools pip

FROM python:3.12-slim
LABEL org.opencontainers.image.title="Loopmates" \
      org.opencontainers.image.description="A coach for people who prepare for a job interview together, in Slack and Discord" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0"
COPY --from=build /opt/loopmates /opt/loopmates
RUN mkdir /data && chown 10001:10001 /data
# The port is for the health check; without it a coach that opens its connections itself has none.
ENV PATH=/opt/loopmates/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/loopmates.db \
    LOOPMATES_CONSOLE_JOURNAL=/data/console.jsonl \
    PORT=8080
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["loopmates"]
CMD ["run"]
