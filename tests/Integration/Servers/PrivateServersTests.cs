using System.Globalization;
using System.Net;
using Npgsql;

namespace Orchestrator.Tests.Integration.Servers;

/// <summary>What other users of this machine can see of private servers.</summary>
[Category("Broker")]
public class Private_servers
{
    const UnixFileMode OfTheirUser = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Test]
    public async Task Have_no_password_in_the_arguments_of_any_program()
    {
        await using var arguments = new Arguments();
        await using var postgres = await PrivatePostgres.Create();
        var roles = await PartyRoles.Create(postgres, SourceTree.Root);
        await using var standby = await PrivatePostgres.StandbyOf(postgres);
        await using var rabbit = await PrivateRabbitMq.Create();
        var users = await BrokerUsers.Create(rabbit, await rabbit.CreateVirtualHost(), SourceTree.Root);

        var seen = await arguments.Seen();
        foreach (var program in new[] { "psql", "pg_basebackup", "initdb", "rabbitmq" })
            seen.ShouldContain(line => line.Contains(program, StringComparison.Ordinal), $"{program} was not seen");
        string[] passwords =
            [new NpgsqlConnectionStringBuilder(postgres.ConnectionString()).Password!, new UriBuilder(rabbit.Address()).Password,
                .. roles.Passwords, .. users.Passwords];
        foreach (var password in passwords)
            seen.ShouldNotContain(line => line.Contains(password, StringComparison.Ordinal));
    }

    [Test]
    public async Task Have_files_that_only_their_user_can_read()
    {
        await using var disk = await SmallDisk.Create(200_000_000);
        await using var postgres = await PrivatePostgres.Create(disk?.Folder);
        await using var rabbit = await PrivateRabbitMq.Create();
        await using var prometheus = await PrivatePrometheus.Start("scrape_configs: []");

        string[] folders = [.. new[] { disk?.Folder, rabbit.Folder, prometheus?.Folder }.OfType<string>(), postgres.Folder];
        foreach (var folder in folders)
        {
            Mode(folder).ShouldBe(OfTheirUser, folder);
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                (Mode(file) & ~OfTheirUser).ShouldBe(UnixFileMode.None, file);
        }
    }

    [Test]
    public async Task Are_reached_from_this_machine_only()
    {
        await using var postgres = await PrivatePostgres.Create();
        await using var rabbit = await PrivateRabbitMq.Create();
        await using var joined = await PrivateRabbitMq.Create(rabbit);
        // The control program is a node too while it runs.
        var control = rabbit.Control("eval", "timer:sleep(3000).");
        var listening = new HashSet<(string Program, IPEndPoint Address)>();
        for (; !control.IsCompleted; await Task.Yield())
            listening.UnionWith(
                Listening(Path.GetFileName(rabbit.Folder), Path.GetFileName(joined.Folder), Path.GetFileName(postgres.Folder)));
        await control;

        // The ports of the broker, its TLS, the distribution of both nodes, the port mapper, the database, and the distribution of the
        // control program.
        listening.Select(one => one.Address.Port).Distinct().Count()
            .ShouldBeGreaterThanOrEqualTo(9, string.Join(Environment.NewLine, listening));
        listening.ShouldAllBe(one => IPAddress.IsLoopback(one.Address.Address));
    }

    static UnixFileMode Mode(string path) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(path);

    // The processes that were started for these folders, and all their descendants.
    static IEnumerable<(string Program, IPEndPoint Address)> Listening(params string[] folders)
    {
        var processes = Directory.GetDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])).ToDictionary(
            folder => folder, folder => (Arguments: Read($"{folder}/cmdline").Replace('\0', ' '), Parent: Parent(folder)));
        var sockets = Sockets().ToLookup(socket => socket.Inode, socket => socket.Address);
        foreach (var (process, (arguments, _)) in processes)
        {
            for (var one = process; processes.TryGetValue(one, out var found); one = $"/proc/{found.Parent}")
            {
                if (!folders.Any(folder => found.Arguments.Contains(folder, StringComparison.Ordinal)))
                    continue;
                foreach (var address in Inodes(process).SelectMany(inode => sockets[inode]))
                    yield return (arguments, address);
                break;
            }
        }
    }

    static string Parent(string process) =>
        Read($"{process}/stat") is { Length: > 0 } stat ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] : "";

    static IEnumerable<string> Inodes(string process)
    {
        string[] files;
        try
        {
            files = Directory.GetFiles($"{process}/fd");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        return files.Select(file => new FileInfo(file).LinkTarget ?? "")
            .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal)).Select(target => target[8..^1]);
    }

    static IEnumerable<(string Inode, IPEndPoint Address)> Sockets()
    {
        const string Listen = "0A";
        foreach (var line in File.ReadLines("/proc/net/tcp").Skip(1).Concat(File.ReadLines("/proc/net/tcp6").Skip(1)))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields[3] != Listen)
                continue;
            var (address, port) = (fields[1].Split(':')[0], fields[1].Split(':')[1]);
            // Words of four bytes, in the byte order of this machine.
            var bytes = Enumerable.Range(0, address.Length / 8)
                .SelectMany(
                    word => BitConverter.GetBytes(
                        uint.Parse(address.AsSpan(word * 8, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture))).ToArray();
            var ip = new IPAddress(bytes);
            yield return (
                fields[9],
                new IPEndPoint(
                    ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip, int.Parse(port, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        }
    }

    static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
