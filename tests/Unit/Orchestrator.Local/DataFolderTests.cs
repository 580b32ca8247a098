using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Hosting.Embedded;
using Orchestrator.Local;
using Orchestrator.Services.Payment.Acquirer;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Local;

public class A_data_folder
{
    TemporaryFolder _temporary = null!;

    [SetUp]
    public void SetUp() => _temporary = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _temporary.Dispose();

    [Test]
    public void Is_created_and_names_its_databases()
    {
        using var data = DataFolder.Open(_temporary["new/deep"]);
        Directory.Exists(_temporary["new/deep"]).ShouldBeTrue();
        data.Database.ShouldBe(_temporary["new/deep/orchestrator.db"]);
        data.DatabaseOf(AcquirerRegistration.Party).ShouldBe(_temporary["new/deep/acquirer.db"]);
    }

    [Test]
    public async Task Is_for_its_user_only_and_so_is_all_that_lies_in_it()
    {
        using var data = DataFolder.Open(_temporary["new/deep"]);
        await using (var database = new SqliteDatabase(data.Database, TimeProvider.System, NullLogger<SqliteDatabase>.Instance))
        {
            await database.Write(sql => sql.Execute("CREATE TABLE who (name text)"));
            Mode(data.Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            foreach (var file in Directory.GetFiles(data.Path).Where(file => file.StartsWith(data.Database, StringComparison.Ordinal)))
                Mode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        }

        static UnixFileMode Mode(string path) =>
            OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(path);
    }

    [Test]
    public void Is_open_to_one_at_a_time()
    {
        using (DataFolder.Open(_temporary["data"]))
        {
            Should.Throw<DataFolderException>(() => DataFolder.Open(_temporary["data"]).Dispose()).Message
                .ShouldBe($"The data folder {_temporary["data"]} is in use by another process (pid {Environment.ProcessId}).");
        }

        DataFolder.Open(_temporary["data"]).Dispose();
    }

    [Test]
    public void Can_not_be_a_file()
    {
        File.WriteAllText(_temporary["file"], "");
        Should.Throw<DataFolderException>(() => DataFolder.Open(_temporary["file"])).Message
            .ShouldBe($"{_temporary["file"]} is a file; name a folder for the data.");
    }

    [Test]
    public void Must_be_writable()
    {
        File.WriteAllText(_temporary["file"], "");
        Should.Throw<DataFolderException>(() => DataFolder.Open(_temporary["file/below"])).Message
            .ShouldStartWith($"The data folder {_temporary["file/below"]} can't be written to: ");
    }

    [Test]
    public void Must_let_new_files_be_made()
    {
        Directory.CreateDirectory(_temporary["data/orchestrator.pid"]);
        Should.Throw<DataFolderException>(() => DataFolder.Open(_temporary["data"])).Message
            .ShouldStartWith($"The data folder {_temporary["data"]} can't be written to: ");
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task Is_not_held_by_a_process_that_was_killed(CancellationToken cancellationToken)
    {
        await using var stock = Pipe("stock");
        await using var orders = Pipe("orders");
        using var holder = Process.Start(new ProcessStartInfo("dotnet",
            [typeof(ProcessOptions).Assembly.Location, "process", "--orders", orders.Name, "--stock", stock.Name, "--data",
                _temporary["data"]])
        {
            RedirectStandardError = true,
        })!;
        try
        {
            // The first process waits for more stock. Its complaint about the first line shows that it has read that line.
            stock.Write("bad line\n"u8);
            await stock.FlushAsync(cancellationToken);
            string? line;
            do
                line = (await holder.StandardError.ReadLineAsync(cancellationToken)).ShouldNotBeNull();
            while (!line.Contains(":1: rejected: the line has 1 column", StringComparison.Ordinal));

            Should.Throw<DataFolderException>(() => DataFolder.Open(_temporary["data"]).Dispose()).Message.ShouldContain(
                $"(pid {holder.Id})");
        }
        finally
        {
            holder.Kill();
            await holder.WaitForExitAsync(CancellationToken.None);
        }

        DataFolder.Open(_temporary["data"]).Dispose();
    }

    // Opened for reading too: opening one end of a pipe waits for a process at the other end.
    FileStream Pipe(string name)
    {
        using var mkfifo = Process.Start("mkfifo", [_temporary[name]]);
        mkfifo.WaitForExit();
        mkfifo.ExitCode.ShouldBe(0);
        return new FileStream(_temporary[name], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
    }
}
