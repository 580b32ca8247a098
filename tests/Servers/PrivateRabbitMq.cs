using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.Tests.Servers;

/// <summary>A private RabbitMQ node: in a temporary folder, on free ports of the loopback address.</summary>
/// <remarks>
/// Like <see cref="PrivatePostgres"/> it ends with this process in any case: a shell reads from a pipe that only this process holds open.
/// When the process ends, the shell reads the end of the pipe, kills the node with its port mapper, and removes the folder.
/// </remarks>
public sealed partial class PrivateRabbitMq : IAsyncDisposable
{
    const string FolderPrefix = "orchestrator-rabbitmq-";
    const string User = "administrator";
    const string Cookie = ".erlang.cookie";
    const int VirtualHostsAtOnce = 16;

    // For the Erlang distribution, over which nodes and the control program talk. A client that reaches it and has the cookie has full
    // control.
    const string OnLoopback = "-kernel inet_dist_use_interface {127,0,0,1}";

    // $1 is the folder. $2 is the port of the port mapper, or empty when the mapper of another node serves this one too. The process id may
    // belong to another process by now, so only a node of this folder is killed. The output goes into the folder: in a system in a folder
    // the devices may be closed to other users than root.
    const string Guard = """
        exec >"$1/guard.log" 2>&1
        trap '' HUP INT TERM
        if test -n "$2"; then
            ERL_EPMD_ADDRESS=127.0.0.1 epmd -port "$2" </dev/null &
            echo $! >"$1/epmd.pid"
        fi
        read -r _
        pid=$(cat "$1/node.pid") && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q "$(basename "$1")" && kill -9 "$pid"
        grep -qs . /proc/self/stat || kill -9 "$(cat "$1/node.pid")"
        test -n "$2" && kill -9 "$(cat "$1/epmd.pid")"
        for _ in 1 2 3 4 5 6 7 8 9; do rm -rf "$1" && break; sleep 1; done
        """;

    static readonly TimeSpan StartTime = TimeSpan.FromMinutes(3);

    readonly RabbitMqInstallation _installation;
    readonly string _outside, _inside;
    readonly string _password;
    readonly int _port = FreePort.Next(), _mapperPort, _distributionPort = FreePort.Next();
    readonly Process _guard;
    readonly int? _largestMessage;
    readonly SemaphoreSlim _making = new(1, 1);
    int _made, _handedOut;

    PrivateRabbitMq(RabbitMqInstallation installation, string outside, string inside, PrivateRabbitMq? joined, int? largestMessage)
    {
        _largestMessage = largestMessage;
        _installation = installation;
        _outside = outside;
        _inside = inside;
        _password = joined?._password ?? Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        _mapperPort = joined?._mapperPort ?? FreePort.Next();
        _guard = installation.Start(
            new Dictionary<string, string>(), "sh", "-c", Guard, "sh", inside,
            joined is null ? _mapperPort.ToString(CultureInfo.InvariantCulture) : "");
    }

    /// <summary>Makes a node and starts it.</summary>
    /// <param name="joined">A node with which it forms a cluster. It must be disposed of after this one.</param>
    /// <param name="largestMessage">The size in bytes of the largest message that it takes; the default of RabbitMQ if null.</param>
    public static async Task<PrivateRabbitMq> Create(PrivateRabbitMq? joined = null, int? largestMessage = null)
    {
        var installation = RabbitMqInstallation.Find();
        var (outside, inside) = installation.CreateFolder(FolderPrefix);
        // Nodes with the same secret may form a cluster.
        if (joined is not null)
            File.Copy(Path.Combine(joined._outside, Cookie), Path.Combine(outside, Cookie));
        await installation.Own(outside);
        var node = new PrivateRabbitMq(installation, outside, inside, joined, largestMessage);
        try
        {
            await node.Configure();
            await node.Start();
            if (joined is not null)
            {
                await node.Control("stop_app");
                await node.Control("join_cluster", joined.Name);
                await node.Control("start_app");
            }

            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>The node's name in its cluster.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"orchestrator-{_port}@localhost");

    /// <summary>The folder of its data and logs.</summary>
    public string Folder => _outside;

    /// <summary>The node's process; 0 when it does not run.</summary>
    public int ProcessId => Node()?.Id ?? 0;

    /// <summary>The address of the node. It stays the same after restarts.</summary>
    public Uri Address(string virtualHost = "/") =>
        new($"amqp://{User}:{_password}@127.0.0.1:{_port}{(virtualHost == "/" ? "" : $"/{virtualHost}")}");

    /// <summary>Starts the node. It returns when the node takes connections.</summary>
    /// <exception cref="InvalidOperationException">The node does not start. The message has its log.</exception>
    public async Task Start()
    {
        var server = _installation.Start(Environment, "rabbitmq-server");
        var output = Task.WhenAll(server.StandardOutput.ReadToEndAsync(), server.StandardError.ReadToEndAsync());
        var factory = new ConnectionFactory { Uri = Address() };
        for (var started = Stopwatch.StartNew(); ;)
        {
            try
            {
                await using var connection = await factory.CreateConnectionAsync();
                return;
            }
            catch (BrokerUnreachableException) when (!server.HasExited && started.Elapsed < StartTime)
            {
                await Task.Delay(50);
            }
            catch (BrokerUnreachableException e)
            {
                throw new InvalidOperationException(
                    $"RabbitMQ did not start:{System.Environment.NewLine}"
                    + (server.HasExited ? string.Concat(await output) : "it still tries"), e);
            }
        }
    }

    /// <summary>Stops the node. It closes its connections and writes its data.</summary>
    public Task Stop() => Signal("TERM");

    /// <summary>Kills the node, as the kernel does when memory runs out.</summary>
    public Task Kill() => Signal("KILL");

    /// <summary>Stops and starts the node.</summary>
    public async Task Restart()
    {
        await Stop();
        await Start();
    }

    /// <summary>Cuts every connection. Clients may connect again at once.</summary>
    public Task CloseConnections() => Control("close_all_connections", "--global", "cut by a test");

    /// <summary>Makes an empty virtual host.</summary>
    /// <returns>The address of the node with the virtual host.</returns>
    public async Task<Uri> CreateVirtualHost()
    {
        await _making.WaitAsync();
        try
        {
            // The control program takes a second to start, so it makes several virtual hosts at once.
            if (_handedOut == _made)
            {
                await Control("eval", string.Create(CultureInfo.InvariantCulture, $$"""
                    [begin rabbit_vhost:add(V, <<"tests">>),
                           rabbit_auth_backend_internal:set_permissions(<<"{{User}}">>, V, <<".*">>, <<".*">>, <<".*">>, <<"tests">>) end
                     || N <- lists:seq({{_made + 1}}, {{_made + VirtualHostsAtOnce}}), V <- [list_to_binary("t" ++ integer_to_list(N))]].
                    """));
                _made += VirtualHostsAtOnce;
            }

            return Address($"t{++_handedOut}");
        }
        finally
        {
            _making.Release();
        }
    }

    /// <summary>Runs the control program.</summary>
    /// <returns>The output.</returns>
    /// <exception cref="InvalidOperationException">The program failed. The message has its output.</exception>
    public async Task<string> Control(params string[] arguments)
    {
        using var control = _installation.Start(Environment, "rabbitmqctl", ["--quiet", .. arguments]);
        control.StandardInput.Close();
        var said = await Task.WhenAll(control.StandardOutput.ReadToEndAsync(), control.StandardError.ReadToEndAsync());
        await control.WaitForExitAsync();
        return control.ExitCode == 0
            ? said[0]
            : throw new InvalidOperationException(
                $"rabbitmqctl {string.Join(' ', arguments)} failed:{System.Environment.NewLine}{string.Concat(said).Trim()}");
    }

    /// <summary>The state of the node, for a failed test: the queues of a virtual host, and the end of its log.</summary>
    /// <param name="address">The address with the virtual host.</param>
    public async Task<string> Diagnosis(Uri address)
    {
        string queues;
        try
        {
            queues = await Control(
                "--timeout", "20", "-p", address.AbsolutePath[1..], "list_queues", "name", "type", "state", "leader", "messages_ready",
                "messages_unacknowledged", "consumers");
        }
        catch (InvalidOperationException e)
        {
            queues = e.Message;
        }

        var log = Directory.GetFiles(Path.Combine(_outside, "log"), "*.log").SelectMany(File.ReadLines).ToList();
        return string.Join(System.Environment.NewLine, [queues, .. log.TakeLast(400)]);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_guard.HasExited)
            return;
        if (Node() is { } node)
        {
            node.Kill();
            await node.WaitForExitAsync();
        }

        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _making.Dispose();
    }

    Dictionary<string, string> Environment => new()
    {
        ["HOME"] = _inside,
        ["RABBITMQ_NODENAME"] = Name,
        ["RABBITMQ_DIST_PORT"] = _distributionPort.ToString(CultureInfo.InvariantCulture),
        ["ERL_EPMD_PORT"] = _mapperPort.ToString(CultureInfo.InvariantCulture),
        // When no mapper runs yet, the node or the control program starts one.
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_CTL_ERL_ARGS"] = OnLoopback,
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        ["RABBITMQ_CONFIG_FILE"] = $"{_inside}/rabbitmq.conf",
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = $"{_inside}/plugins",
        ["RABBITMQ_MNESIA_BASE"] = $"{_inside}/data",
        ["RABBITMQ_LOG_BASE"] = $"{_inside}/log",
        // There is no shell around the node, so the started process is the node.
        ["RUNNING_UNDER_SYSTEMD"] = "true",
        ["RABBITMQ_PID_FILE"] = $"{_inside}/node.pid",
        // Idle schedulers that spin would take processor time from the tests.
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+S 2:2 +sbwt none " + OnLoopback,
    };

    async Task Configure()
    {
        await OwnersOnly.Write(Path.Combine(_outside, "rabbitmq.conf"), string.Create(CultureInfo.InvariantCulture, $"""
            listeners.tcp.1 = 127.0.0.1:{_port}
            loopback_users = none
            default_user = {User}
            default_pass = {_password}
            disk_free_limit.absolute = 50MB
            vm_memory_high_watermark.absolute = 2GB
            {(_largestMessage is { } bytes ? $"max_message_size = {bytes}" : "")}
            {Tls}
            """));
        await OwnersOnly.Write(Path.Combine(_outside, "plugins"), "[].");
        await PutCertificate();
        await _installation.Own(_outside);
    }

    async Task Signal(string signal)
    {
        var node = Node() ?? throw new InvalidOperationException("the node does not run");
        using var kill = Process.Start("kill", [$"-{signal}", node.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await node.WaitForExitAsync();
    }

    Process? Node()
    {
        try
        {
            return Process.GetProcessById(int.Parse(File.ReadAllText(Path.Combine(_outside, "node.pid")), CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is ArgumentException or FormatException or IOException)
        {
            return null;
        }
    }
}
