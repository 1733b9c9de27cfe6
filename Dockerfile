# docker build --target light -t textzoo .   The light engine, about 500 MB.
# docker build --target full -t textzoo .    With Keras and TensorFlow, for --engine keras.
FROM python:3.11-slim AS build
COPY . /src
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels /src

FROM python:3.11-slim AS light
COPY --from=build /wheels /wheels
COPY requirements-light.txt requirements-serve.txt /wheels/
RUN pip install --no-cache-dir -r /wheels/requirements-serve.txt
RUN pip install --no-cache-dir --no-deps /wheels/*.whl
RUN useradd --create-home textzoo
USER textzoo
WORKDIR /home/textzoo
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["textzoo", "serve", "--host", "0.0.0.0"]
CMD ["tiny-zh"]

FROM light AS full
USER root
RUN pip install --no-cache-dir "$(ls /wheels/*.whl)[serve]"
USER textzoo
