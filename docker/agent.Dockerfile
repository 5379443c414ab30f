# syntax=docker/dockerfile:1
# The agent alone: its packages by hash, its code, a user without rights.
FROM python:3.12-slim AS packages
COPY requirements.txt /build/requirements.txt
RUN python -m venv /opt/ai-close \
    && /opt/ai-close/bin/pip install --no-cache-dir --require-hashes -r /build/requirements.txt \
    && printf '#!/bin/sh\nexec /opt/ai-close/bin/python -m agent_service "$@"\n' >/opt/ai-close/bin/ai-close \
    && chmod 0755 /opt/ai-close/bin/ai-close

FROM python:3.12-slim
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /var/lib/ai-close ai-close \
    && install -d -m 0700 -o 10001 -g 10001 /var/lib/ai-close
COPY --from=packages /opt/ai-close /opt/ai-close
COPY agent_service /opt/ai-close/app/agent_service
ENV PATH=/opt/ai-close/bin:$PATH \
    PYTHONPATH=/opt/ai-close/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /opt/ai-close/app
USER 10001:10001
VOLUME /var/lib/ai-close
ENTRYPOINT ["ai-close"]
CMD ["serve"]
