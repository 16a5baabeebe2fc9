# The relay as an image: no build step, Node runs the TypeScript as it stands. test/house/container.test.ts replays these lines in an empty folder.
#
#   docker build -t timelines-relay .
#   docker run -p 8080:8080 -v ./config:/config:ro -v relay-data:/data -e PARTNER_ID=… -e PARTNER_SECRET=… timelines-relay
#
# Runs as the user node, with a read-only root: only /data (a volume) and /tmp are written to.

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production
ENV NODE_COMPILE_CACHE=/app/.compile-cache
# Fewer arenas cost nothing here, and keep what a burst of webhooks needed from staying for ever.
ENV MALLOC_ARENA_MAX=2
ENV CONFIG_DIR=/config
ENV DATABASE_URL=sqlite:/data/relay.db
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
COPY plugins ./plugins
COPY templates ./templates
COPY config /config
RUN mkdir -p /data .compile-cache && chown 1000:1000 /data .compile-cache
USER node
# Started once while the image is made, so that what was compiled is in it: a container is then ready in half the time. As the user it will run as, for
# Node keeps one cache for each. Stopped when it is up, however slow the machine is that makes the image.
RUN export DATABASE_URL=sqlite:/tmp/warm-up/relay.db ALLOW_UNSIGNED=true PORT=0 ADMIN_PORT=0 HOST=127.0.0.1; \
    node --expose-gc src/main.ts > /tmp/warm-up.log & relay=$!; \
    until grep -q listening /tmp/warm-up.log; do kill -0 $relay && sleep 0.1 || exit 1; done; \
    kill $relay; wait $relay; code=$?; rm -rf /tmp/warm-up*; exit $code
VOLUME /data
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["node", "src/healthy.ts"]
# node itself and no shell around it: as the first process it hears SIGTERM, and is gone within 8 seconds.
CMD ["node", "--expose-gc", "src/main.ts"]
