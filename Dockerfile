# Makes the image of a host from what deploy/prepare.sh has published. The argument HOST names the host:
#
#   docker build --build-arg HOST=Orchestrator.Worker -t orchestrator/worker .
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
ARG HOST
WORKDIR /app
COPY artifacts/publish/${HOST}/ ./
# The program gets the same name in every image: the image has no shell that could put together a name from HOST.
COPY artifacts/publish/${HOST}/${HOST} ./host
# A number, so that a platform that refuses root can see that this user is not root.
USER 1654
# The diagnostics port of .NET is a file, and the file system of the container is read-only.
ENV ASPNETCORE_HTTP_PORTS=8080 DOTNET_EnableDiagnostics=0
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=10s --start-period=5m CMD ["/app/host", "health"]
ENTRYPOINT ["/app/host"]
