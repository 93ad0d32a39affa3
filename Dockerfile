ARG BASE_IMAGE=python:3.13-slim

FROM ${BASE_IMAGE} AS builder
WORKDIR /src
COPY . .
RUN python -m venv --without-pip /opt/backarrow \
    && python -m pip --python /opt/backarrow/bin/python install --no-cache-dir '.[data,onnx,pictures]'

FROM ${BASE_IMAGE}
RUN python -m pip uninstall --yes pip
COPY --from=builder /opt/backarrow /opt/backarrow
ENV PATH=/opt/backarrow/bin:$PATH \
    PYTHONUNBUFFERED=1
WORKDIR /opt/backarrow
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["backarrow", "serve", "--host", "0.0.0.0", "--port", "8000"]
