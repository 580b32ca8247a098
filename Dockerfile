# One image for every host, chosen by an argument, of what deploy/prepare.sh has published:
#
#   docker build --build-arg HOST=Orchestrator.Worker -t orchestrator/worker .
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
ARG HOST
WORKDIR /app
COPY artifacts/publish/${HOST}/ ./
# The program under a name that every host has: without a shell in the image, nobody could put the name together.
COPY artifacts/publish/${HOST}/${HOST} ./host
# By number, so that a platform which refuses root can see that it is another user.
USER 1654
# Its port would be a file, which a read-only file system refuses.
ENV ASPNETCORE_HTTP_PORTS=8080 DOTNET_EnableDiagnostics=0
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=10s --start-period=5m CMD ["/app/host", "health"]
ENTRYPOINT ["/app/host"]
