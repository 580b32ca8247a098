using System.Globalization;

namespace Orchestrator.Tests.Servers;

/// <summary>Acts of an administrator on a node.</summary>
public sealed partial class PrivateRabbitMq
{
    const string CertificateFile = "server.crt", KeyFile = "server.key";

    readonly int _tlsPort = FreePort.Next();

    /// <summary>The address by TLS, once <see cref="Show"/> has given it a certificate.</summary>
    public Uri TlsAddress => new($"amqps://{User}:{_password}@127.0.0.1:{_tlsPort}");

    /// <summary>Makes users, permissions, queues and exchanges.</summary>
    /// <param name="definitions">The definitions, as JSON in the form of RabbitMQ.</param>
    public async Task Import(string definitions)
    {
        var name = $"definitions-{Guid.NewGuid():N}.json";
        await Put(name, definitions);
        await Control("import_definitions", $"{_inside}/{name}");
    }

    /// <summary>From now on the node shows this certificate to clients that connect by TLS.</summary>
    public async Task Show((string Certificate, string Key) certificate)
    {
        await Put(certificate);
        // The node reads it again for the next connection, and not after two minutes.
        await Control("eval", "ssl:clear_pem_cache().");
    }

    string Tls => string.Create(CultureInfo.InvariantCulture, $"""
        listeners.ssl.1 = 127.0.0.1:{_tlsPort}
        ssl_options.certfile = {_inside}/{CertificateFile}
        ssl_options.keyfile = {_inside}/{KeyFile}
        """);

    // A TLS listener does not start without a certificate.
    async Task PutCertificate()
    {
        using var nobody = new TestAuthority("Nobody");
        await Put(nobody.Issue("nowhere.example"));
    }

    async Task Put((string Certificate, string Key) certificate)
    {
        await Put(CertificateFile, certificate.Certificate);
        await Put(KeyFile, certificate.Key);
    }

    async Task Put(string name, string content)
    {
        await OwnersOnly.Write(Path.Combine(_outside, name), content);
        await _installation.Own(Path.Combine(_outside, name));
    }
}
