using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orchestrator.Hosting.Commands;
using Orchestrator.Hosting.Settings;
using Orchestrator.Local;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>Both servers have certificates of a test authority.</summary>
[Category("Broker")]
public class Tls
{
    const string Here = "127.0.0.1", Postgres = "PostgreSQL", RabbitMq = "RabbitMQ";

    readonly TestAuthority _ours = new("Our Authority"), _others = new("Somebody Else");
    TemporaryFolder _folder = null!;
    PrivateRabbitMq _rabbit = null!;
    PrivatePostgres _postgres = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        (_rabbit, _postgres) = (await PrivateRabbitMq.Create(), await PrivatePostgres.Create());
        _folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Authorities, _ours.Certificate);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _postgres.DisposeAsync();
        await _rabbit.DisposeAsync();
        _folder.Dispose();
        _ours.Dispose();
        _others.Dispose();
    }

    [TestCase(Postgres)]
    [TestCase(RabbitMq)]
    public async Task Is_used_when_the_certificate_is_good(string server)
    {
        await Show(_ours.Issue(Here));
        await Connect(server);
    }

    [TestCase(Postgres)]
    [TestCase(RabbitMq)]
    public async Task Is_refused_when_nobody_known_has_signed_the_certificate(string server)
    {
        await Show(_others.Issue(Here));
        await IsRefused(
            server, $"the certificate of 127.0.0.1 is refused: it was signed by Somebody Else, which is not among the "
                + $"authorities of {Authorities}; name the file of that authority's certificate in Tls__Authorities");
    }

    [TestCase(Postgres)]
    [TestCase(RabbitMq)]
    public async Task Is_refused_when_the_certificate_is_for_another_server(string server)
    {
        await Show(_ours.Issue("elsewhere.example"));
        await IsRefused(
            server, "the certificate of 127.0.0.1 is refused: it is for elsewhere.example; connect by such a name, or have it issued for "
                + "this one");
    }

    [TestCase(Postgres)]
    [TestCase(RabbitMq)]
    public async Task Is_refused_when_the_certificate_has_expired(string server)
    {
        await Show(_ours.Issue(Here, new DateTimeOffset(2024, 2, 29, 12, 0, 0, TimeSpan.Zero)));
        await IsRefused(server, "the certificate of 127.0.0.1 is refused: it expired on 2024-02-29; have it renewed");
    }

    [Test]
    public async Task Is_refused_by_a_system_that_knows_nobody_of_ours()
    {
        await Show(_ours.Issue(Here));
        await IsRefused(
            RabbitMq,
            "the certificate of 127.0.0.1 is refused: it was signed by Our Authority, which is not among the authorities of "
            + "this system; name the file of that authority's certificate in Tls__Authorities", (CommonSettings.Authorities.Key, ""));
    }

    [Test]
    public async Task Carries_a_host_whose_secrets_are_files_and_ends_its_start_when_a_server_is_not_who_it_should_be()
    {
        await Show(_ours.Issue(Here));
        var (broker, database) = (new UriBuilder(_rabbit.TlsAddress), new NpgsqlConnectionStringBuilder(_postgres.ConnectionString()));
        var secrets = Directory.CreateDirectory(_folder["secrets"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(secrets, "Passwords__RabbitMQ"), broker.Password + "\n");
        await File.WriteAllTextAsync(Path.Combine(secrets, "Passwords__Postgres"), database.Password!);
        (broker.Password, database.Password) = ("", null);
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings__RabbitMQ"] = broker.ToString(),
            ["ConnectionStrings__Postgres"] = database.ToString(),
            ["Tls__Authorities"] = Authorities,
            ["Secrets__Folder"] = secrets,
        };
        await using (var host = HostProcess.Start(Path.Combine(AppContext.BaseDirectory, $"{RealHosts.Shipping}.dll"), settings))
        {
            await host.Ready();
            await using var connection = await NpgsqlDataSource.Create(_postgres.ConnectionString()).OpenConnectionAsync();
            await using var command = new NpgsqlCommand(
                "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'shipping' AND NOT ssl",
                connection);
            (await command.ExecuteScalarAsync()).ShouldBe(0L, "a connection is not by TLS");
            (await host.Stop()).ShouldBe(0, host.Output);
        }

        await _rabbit.Show(_ours.Issue("elsewhere.example"));
        await using var refused = HostProcess.Start(Path.Combine(AppContext.BaseDirectory, $"{RealHosts.Shipping}.dll"), settings);
        (await refused.Exit()).ShouldBe(1, refused.Output);
        await Eventually.Is(
            () => Task.FromResult(
                refused.Output.Contains(
                    "can't be trusted: the certificate of 127.0.0.1 is refused: it is for elsewhere.example", StringComparison.Ordinal)),
                    refused.Output);
        refused.Output.ShouldNotContain("   at ", customMessage: "an operator needs no stack trace for this");
    }

    [Test]
    public async Task Carries_a_run_of_the_command_line()
    {
        await Show(_ours.Issue(Here));
        await File.WriteAllLinesAsync(_folder["orders.jsonl"], OrderLines.Make(1));
        await File.WriteAllLinesAsync(_folder["stock.csv"], ["sku,onHand", "NW-11,10000"]);
        var (broker, database) = (new UriBuilder(_rabbit.TlsAddress), new NpgsqlConnectionStringBuilder(_postgres.ConnectionString()));
        var passwords = (Broker: broker.Password, Database: database.Password);
        (broker.Password, database.Password) = ("", null);
        var (exitCode, error) = await Run(Authorities);
        exitCode.ShouldBe(ExitCode.Done, error);
        (exitCode, error) = await Run("");
        exitCode.ShouldBe(ExitCode.Trouble);
        error.ShouldContain(
            "can't be trusted: the certificate of 127.0.0.1 is refused: it was signed by Our Authority, which is not among the "
            + "authorities of this system; name the file of that authority's certificate in Tls__Authorities.");
        (exitCode, error) = await Run(_folder["nothing.pem"]);
        exitCode.ShouldBe(ExitCode.Usage);
        error.ShouldStartWith("Tls:Authorities ");
        (exitCode, error) = await Start(_folder["nothing.pem"], "show", "1", "--postgres", database.ToString());
        exitCode.ShouldBe(ExitCode.Usage);
        error.ShouldStartWith("Option '--postgres' has a Root Certificate that names ");

        Task<(int, string)> Run(string authorities) => Start(
            authorities, "process", "--orders", _folder["orders.jsonl"], "--stock", _folder["stock.csv"],
            "--rabbitmq", broker.ToString(), "--postgres", database.ToString());

        async Task<(int, string)> Start(string authorities, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(ProcessOptions).Assembly.Location, .. arguments])
            {
                RedirectStandardError = true,
                Environment =
                    { ["Tls__Authorities"] = authorities, ["Passwords__RabbitMQ"] = passwords.Broker,
                        ["Passwords__Postgres"] = passwords.Database },
            })!;
            var said = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, said);
        }
    }

    string Authorities => _folder["authorities.pem"];

    Task Show((string Certificate, string Key) certificate) => Task.WhenAll(_rabbit.Show(certificate), _postgres.Show(certificate));

    async Task IsRefused(string server, string sentence, params (string Key, string Value)[] settings)
    {
        var refused = await Should.ThrowAsync<Exception>(() => Connect(server, settings));
        refused.GetBaseException().ShouldBeOfType<CertificateException>().Message.ShouldBe(sentence);
    }

    async Task Connect(string server, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [CommonSettings.Postgres.Key] = _postgres.ConnectionString(),
            [CommonSettings.RabbitMq.Key] = _rabbit.TlsAddress.ToString(),
            [CommonSettings.Authorities.Key] = Authorities,
        }.Concat(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).GroupBy(setting => setting.Key)
            .Select(same => same.Last())).Build();
        if (server == RabbitMq)
        {
            await using var connection = await configuration.RabbitMqOf()!.Connect("a test", CancellationToken.None);
            return;
        }

        await using var database = PostgresDatabase.Connect(
            configuration.PostgresOf("Postgres")!, "shipping", TimeProvider.System, NullLogger<PostgresDatabase>.Instance);
        (await database.Read(sql => sql.First("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", row => row.GetBoolean(0))))
            .ShouldBeTrue();
    }
}
