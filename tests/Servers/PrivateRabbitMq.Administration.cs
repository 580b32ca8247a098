using System.Globalization;

namespace Orchestrator.Tests.Servers;

/// <summary>What an administrator does to a node.</summary>
public sealed partial class PrivateRabbitMq
{
    const string CertificateFile = "server.crt", KeyFile = "server.key";

    readonly int _tlsPort = FreePort.Next();

    /// <summary>Where it is by TLS, once it <see cref="Show"/>s a certificate.</summary>
    public Uri TlsAddress => new($"amqps://{User}:{_password}@127.0.0.1:{_tlsPort}");

    /// <summary>Makes users, permissions, queues and exchanges.</summary>
    /// <param name="definitions">As RabbitMQ writes them itself: JSON.</param>
    public async Task Import(string definitions)
    {
        var name = $"definitions-{Guid.NewGuid():N}.json";
        await Put(name, definitions);
        await Control("import_definitions", $"{_inside}/{name}");
    }

    /// <summary>From now on whoever connects by TLS is shown this certificate.</summary>
    public async Task Show((string Certificate, string Key) certificate)
    {
        await Put(certificate);
        // It is read again for the next connection, not in two minutes.
        await Control("eval", "ssl:clear_pem_cache().");
    }

    string Tls => string.Create(CultureInfo.InvariantCulture, $"""
        listeners.ssl.1 = 127.0.0.1:{_tlsPort}
        ssl_options.certfile = {_inside}/{CertificateFile}
        ssl_options.keyfile = {_inside}/{KeyFile}
        """);

    // It does not start without one.
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
