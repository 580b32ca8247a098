namespace Orchestrator.Tests.Servers;

/// <summary>A server with a certificate.</summary>
public sealed partial class PrivatePostgres
{
    /// <summary>From now on the server shows this certificate to clients that connect by TLS.</summary>
    public async Task Show((string Certificate, string Key) certificate)
    {
        await Put("server.crt", certificate.Certificate);
        await Put("server.key", certificate.Key);
        await Execute("ALTER SYSTEM SET ssl = on");
        await Execute("SELECT pg_reload_conf()");
        // The processes of the server read the setting one after the other.
        while (!Equals(await Execute("SHOW ssl"), "on"))
            await Task.Delay(20);
    }

    async Task Put(string name, string content)
    {
        var file = Path.Combine(Data, name);
        // PostgreSQL refuses a key that others may read.
        await OwnersOnly.Write(file, content);
        await PostgresPrograms.Own(file);
    }
}
