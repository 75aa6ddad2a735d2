# One image for web and workers; the numerical kernels are compiled while it is built, never inside a request.
FROM python:3.11-slim AS built
WORKDIR /source
COPY requirements.lock pyproject.toml README.md LICENSE CHANGELOG.md ./
RUN python -m venv /opt/seatwise && /opt/seatwise/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY api api
COPY capacity capacity
COPY domain domain
COPY forecasting forecasting
COPY planning planning
COPY scheduling scheduling
COPY seatwise seatwise
RUN /opt/seatwise/bin/pip install --no-cache-dir hatchling editables \
    && /opt/seatwise/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
    && /opt/seatwise/bin/pip uninstall -y hatchling editables
ENV NUMBA_CPU_NAME=generic
RUN /opt/seatwise/bin/seatwise example reference --out /tmp/reference \
    && /opt/seatwise/bin/seatwise plan /tmp/reference --week 2026-11-23 --seconds 1 --replications 8 --out /tmp/plan \
    && rm -rf /tmp/reference /tmp/plan

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 seatwise
COPY --from=built --chown=seatwise /opt/seatwise /opt/seatwise
ENV PATH=/opt/seatwise/bin:$PATH NUMBA_CPU_NAME=generic PYTHONUNBUFFERED=1
USER seatwise
EXPOSE 8000
ENTRYPOINT ["seatwise"]
CMD ["serve", "--host", "0.0.0.0"]
