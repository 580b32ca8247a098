using Orchestrator.Hosting.Commands;
using Orchestrator.Hosting.Documents;
using Orchestrator.Local;
using Orchestrator.Worker;

namespace Orchestrator.Tests.Unit.Local.Runs;

public class The_documents_of_the_sagas
{
    const string Command = "dotnet run --project src/Orchestrator.Local -- sagas --into docs/sagas";

    static readonly string Folder = Path.Combine(Repository.Root, "docs", "sagas");

    static IEnumerable<string> Names => SagaDocuments.Of(WorkerRegistration.OrderSagas()).Keys;

    readonly StringWriter _output = new(), _error = new();

    [SetUp]
    public void SetUp()
    {
        _output.GetStringBuilder().Clear();
        _error.GetStringBuilder().Clear();
    }

    [TestCaseSource(nameof(Names))]
    public void Say_what_the_tables_say(string name)
    {
        var path = Path.Combine(Folder, name);
        (File.Exists(path) ? File.ReadAllText(path) : "")
            .ShouldBe(SagaDocuments.Of(WorkerRegistration.OrderSagas())[name], $"docs/sagas/{name} is stale; run: {Command}");
    }

    [Test]
    public void Are_there_for_existing_sagas_only() =>
        Directory.EnumerateFiles(Folder, "*.md").Select(Path.GetFileName).Except(["adding-a-saga.md"]).ShouldBe(Names, ignoreOrder: true);

    [Test]
    public async Task Are_printed_unless_a_folder_is_named()
    {
        (await Run("sagas")).ShouldBe(ExitCode.Done);
        foreach (
            var line in new[] { "# The saga order-fulfilment", "stateDiagram-v2", "| 3 | Capture payment | point of no return (pivot) |" })
            _output.ToString().ShouldContain(line);
    }

    [Test]
    public async Task Are_written_into_a_folder_that_may_be_new()
    {
        using var folder = new TemporaryFolder();
        (await Run("sagas", "--into", folder["new"])).ShouldBe(ExitCode.Done);
        Directory.EnumerateFiles(folder["new"]).Select(Path.GetFileName).ShouldBe(Names, ignoreOrder: true);
        _output.ToString().ShouldContain(Path.Combine(folder["new"], "order-fulfilment.md"));
    }

    [Test]
    public async Task Are_not_written_where_a_file_stands_and_that_is_said()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["file"], "");
        (await Run("sagas", "--into", folder["file"])).ShouldBe(ExitCode.Usage);
        _error.ToString().ShouldStartWith($"The folder {folder["file"]} can't be written to: ");
        (await Run("sagas", "--into", "")).ShouldBe(ExitCode.Usage);
    }

    Task<int> Run(params string[] args) => CommandLine.Run(args, (_, _) => Task.FromResult(ExitCode.Trouble), _output, _error);
}
