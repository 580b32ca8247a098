using Microsoft.Extensions.Configuration;
using Npgsql;
using Orchestrator.Hosting.Settings;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Hosting.Settings;

public class Connections_of_a_host
{
    string _folder = null!;

    [SetUp]
    public void MakeAFolder() => _folder = Directory.CreateTempSubdirectory("orchestrator-test-").FullName;

    [TearDown]
    public void RemoveTheFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Have_passwords_from_files_which_win()
    {
        File.WriteAllText(Path.Combine(_folder, "Passwords__Postgres"), "from;the file\n");
        var configuration = Configuration(
            ("ConnectionStrings:Postgres", "Host=db;Username=payment;Password=old"), ("Passwords:Postgres", "from a variable"),
            ("Secrets:Folder", _folder));
        new NpgsqlConnectionStringBuilder(configuration.PostgresOf("Postgres")).Password.ShouldBe("from;the file");
    }

    [Test]
    public void Have_a_password_that_an_address_could_not_hold()
    {
        var configuration = Configuration(
            ("ConnectionStrings:RabbitMQ", "amqp://payment@rabbit/orders"), ("Passwords:RabbitMQ", "p@ss/word:#1"));
        configuration.RabbitMqOf()!.ToString().ShouldBe("amqp://payment@rabbit/orders");
    }

    [Test]
    public void Are_left_as_they_are_without_anything_beside_them() =>
        Configuration(("ConnectionStrings:Postgres", "Host=db")).PostgresOf("Postgres").ShouldBe("Host=db");

    [Test]
    public void Are_by_TLS_when_authorities_are_named_unless_they_say_otherwise()
    {
        new NpgsqlConnectionStringBuilder(
            Configuration(("ConnectionStrings:Postgres", "Host=db"), ("Tls:Authorities", "/ca.pem")).PostgresOf("Postgres"))
            .ShouldSatisfyAllConditions(by => by.SslMode.ShouldBe(SslMode.VerifyFull), by => by.RootCertificate.ShouldBe("/ca.pem"));
        new NpgsqlConnectionStringBuilder(
            Configuration(("ConnectionStrings:Postgres", "Host=db;SSL Mode=Disable"), ("Tls:Authorities", "/ca.pem"))
            .PostgresOf("Postgres"))
            .SslMode.ShouldBe(SslMode.Disable);
    }

    [Test]
    public void Name_a_folder_of_secrets_that_is_not_there() =>
        Should.Throw<SettingsException>(() => Configuration(("Secrets:Folder", _folder + "/none"))).Message.ShouldBe(
            $"Secrets:Folder is '{_folder}/none', and there is no such folder.");

    [Test]
    public void Name_authorities_that_are_none()
    {
        var file = Path.Combine(_folder, "ca.pem");
        File.WriteAllText(file, "no certificate");
        Should.Throw<SettingsException>(
            () => Configuration(("ConnectionStrings:RabbitMQ", "amqps://rabbit"), ("Tls:Authorities", file)).RabbitMqOf())
            .Message.ShouldBe($"Tls:Authorities names {file}, in which there is no certificate (PEM).");
        PostgresDatabase.Problem($"Host=db;SSL Mode=VerifyFull;Root Certificate={file}")
            .ShouldBe($"has a Root Certificate that names {file}, in which there is no certificate (PEM)");
    }

    [TestCase("Require")]
    [TestCase("VerifyCA")]
    public void Are_refused_when_they_would_believe_any_server(string mode) => PostgresDatabase.Problem($"Host=db;SSL Mode={mode}")
        .ShouldBe($"has SSL Mode={mode}, which does not check the name of the server; VerifyFull checks the certificate and the name");

    static ConfigurationManager Configuration(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        configuration.AddSecretFiles();
        return configuration;
    }
}
