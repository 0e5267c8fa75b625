# kmsbox serve in a container. The key file is mounted, never baked in:
#   openssl rand -hex 32 > kmsbox.key
#   docker build -t kmsbox . && docker run -p 4599:4599 -v kmsbox:/data -v ./kmsbox.key:/run/secrets/kmsbox.key:ro kmsbox
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm pack --ignore-scripts --pack-destination /tmp

FROM node:22-bookworm-slim
WORKDIR /app
COPY --from=build /tmp/kmsbox-*.tgz /tmp/kmsbox.tgz
RUN npm install --omit=dev --no-audit --no-fund /tmp/kmsbox.tgz && rm -r /tmp/kmsbox.tgz "$HOME/.npm" \
  && mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4599
ENV KMSBOX_HOST=0.0.0.0 \
    KMSBOX_STORE=file:/data/store \
    KMSBOX_CREDENTIALS=/data/credentials.json \
    KMSBOX_KEY_FILE=/run/secrets/kmsbox.key
HEALTHCHECK --interval=10s --timeout=3s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4599/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/node_modules/kmsbox/dist/cli.js"]
CMD ["serve"]
