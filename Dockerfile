# syntax=docker/dockerfile:1
FROM node:20-bookworm-slim AS web
WORKDIR /src/dashboard/web
COPY dashboard/web/package.json dashboard/web/package-lock.json dashboard/web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY dashboard ../
RUN mkdir -p ../static ../../server/auth/usual && npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=web /src/dashboard/static ./dashboard/static
COPY --from=web /src/server/auth/usual/passwords.bin ./server/auth/usual/
ARG VERSION=docker
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /kommunebilder ./cmd/kommunebilder
RUN install -d -m 0700 -o 10001 -g 10001 /empty

FROM scratch
COPY --from=build /kommunebilder /kommunebilder
COPY --from=build --chown=10001:10001 /empty /data
USER 10001:10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s CMD ["/kommunebilder", "healthcheck"]
ENTRYPOINT ["/kommunebilder"]
CMD ["serve", "-data", "/data"]
