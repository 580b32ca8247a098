using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Hosting.Documents;
using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Hosting.Permissions;

/// <summary>
/// What an administrator imports into RabbitMQ: every queue and exchange, and the permissions of every user. There are no passwords in it.
/// </summary>
public static class BrokerDefinitions
{
    const string VirtualHost = "/";

    static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The command <c>permissions</c>.</summary>
    /// <param name="sagas">The sagas.</param>
    public static Command Command(SagaParty sagas) => CodeDocuments.Command(
        "permissions", "Writes what each user may do at RabbitMQ: definitions for the server, and a table for people.", () => Of(sagas));

    /// <summary>The definitions for RabbitMQ (<c>definitions.json</c>) and a table for people (<c>permissions.md</c>), by file name.</summary>
    /// <param name="sagas">The sagas.</param>
    public static IReadOnlyDictionary<string, string> Of(SagaParty sagas)
    {
        var users = SagaUsers.Of(sagas);
        var permissions = users.Select(UserPermissions.Of).ToList();
        return new Dictionary<string, string>
        {
            ["definitions.json"] = Definitions(users, permissions),
            ["permissions.md"] = Table(permissions),
        };
    }

    static string Definitions(IReadOnlyList<BrokerUser> users, List<UserPermissions> permissions)
    {
        var work = users.SelectMany(user => user.Takes.Concat(user.Sends)).Distinct().Order(StringComparer.Ordinal).ToList();
        var queues = work.SelectMany(Queues).OrderBy(queue => queue.Name, StringComparer.Ordinal).ToList();
        var events = users.SelectMany(user => user.Publishes.Concat(user.Hears.Select(heard => heard.Event))).Select(BrokerQueues.Event)
            .Distinct().Order(StringComparer.Ordinal);
        var definitions = new
        {
            vhosts = new[] { new { name = VirtualHost } },
            permissions = permissions.Select(user => new
            {
                user = user.User,
                vhost = VirtualHost,
                configure = UserPermissions.Expression(user.Configure),
                write = UserPermissions.Expression(user.Write),
                read = UserPermissions.Expression(user.Read),
            }),
            exchanges = queues.Select(queue => queue.Name).Concat(events)
                .Select(name =>
                    new
                    {
                        name,
                        vhost = VirtualHost,
                        type = "fanout",
                        durable = true,
                        auto_delete = false,
                        @internal = false,
                        arguments = new { }
                    }),
            queues = queues.Select(
                queue => new { name = queue.Name, vhost = VirtualHost, durable = true, auto_delete = false, arguments = queue.Arguments }),
            bindings = queues.Select(queue => Binding(queue.Name, queue.Name, "queue"))
                .Concat(users.SelectMany(user => user.Hears)
                    .Select(heard => Binding(BrokerQueues.Event(heard.Event), heard.Queue, "exchange"))),
        };
        return JsonSerializer.Serialize(definitions, Json) + "\n";
    }

    // A queue of work, and the queues that belong to it.
    static IEnumerable<(string Name, IReadOnlyDictionary<string, object?> Arguments)> Queues(string work) =>
    [
        (work, BrokerQueues.Work(work)),
        .. BrokerQueues.AllSetAside(work).Select(setAside => (setAside, BrokerQueues.SetAside)),
        .. BrokerOptions.DefaultRedelivery.Select(delay => (BrokerQueues.Redelivery(work, delay), BrokerQueues.Waiting(work, delay))),
    ];

    static object Binding(string source, string destination, string kind) =>
        new { source, vhost = VirtualHost, destination, destination_type = kind, routing_key = "", arguments = new { } };

    static string Table(List<UserPermissions> permissions)
    {
        var text = new StringBuilder("""
            # What each user may do at RabbitMQ

            The command `permissions --into` writes this table from the sagas' tables, together with `definitions.json`, which says the same to
            RabbitMQ. `configure` is to declare. `write` is to publish, and to bind something as the destination. `read` is to take from, and to
            bind something as the source.

            A user also has the queues that belong to its own: those of dead letters (`…_error`, `…_skipped`, `…_dead`), and those in which
            messages wait (`…_redelivery-…ms`).

            | user | configure | write | read |
            |---|---|---|---|

            """);
        foreach (var user in permissions)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| `{user.User}` | {Cell(user.Configure)} | {Cell(user.Write)} | {Cell(user.Read)} |");
        return text.ToString();
    }

    static string Cell(IReadOnlyList<string> names) =>
        names.Count == 0 ? "nothing" : string.Join(' ', names.Select(name => $"`{Short(name)}`"));

    // The exchange of an event is named namespace:type. The last part of the namespace is enough for people.
    static string Short(string name) => name.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
        ? name[(name.LastIndexOf('.', colon) + 1)..]
        : name;
}
