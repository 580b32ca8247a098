using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Local.Permissions;

/// <summary>
/// What an administrator gives to RabbitMQ: every queue and exchange, and for each party a user's permissions; without passwords.
/// </summary>
public static class BrokerDefinitions
{
    const string VirtualHost = "/";

    static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Both files, by their names: one for RabbitMQ, one for people.</summary>
    public static IReadOnlyDictionary<string, string> All()
    {
        var parties = Parties.All();
        var permissions = parties.Select(UserPermissions.Of).ToList();
        return new Dictionary<string, string>
        {
            ["definitions.json"] = Definitions(parties, permissions),
            ["permissions.md"] = Table(permissions),
        };
    }

    static string Definitions(IReadOnlyList<Party> parties, List<UserPermissions> permissions)
    {
        var work = parties.SelectMany(party => party.Takes.Concat(party.Sends)).Distinct().Order(StringComparer.Ordinal).ToList();
        var queues = work.SelectMany(Queues).OrderBy(queue => queue.Name, StringComparer.Ordinal).ToList();
        var events = parties.SelectMany(party => party.Tells.Concat(party.Hears.Select(heard => heard.Event))).Select(BrokerQueues.Event)
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
                .Concat(parties.SelectMany(party => party.Hears)
                    .Select(heard => Binding(BrokerQueues.Event(heard.Event), heard.Queue, "exchange"))),
        };
        return JsonSerializer.Serialize(definitions, Json) + "\n";
    }

    // One that work is taken from, and what belongs to it.
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

            Written by `dotnet run --project src/Orchestrator.Local -- permissions --into deploy/rabbitmq` from the sagas' tables, the services' handlers and the contracts, with
            `definitions.json`, which says the same to RabbitMQ; a test fails when either is out of date. To declare is to configure; to publish, and to bind something as the
            destination, is to write; to take from, and to bind something as the source, is to read.

            Beside its own queues a party has those of its dead letters (`…_error`, `…_skipped`, `…_dead`) and those in which messages wait (`…_redelivery-…ms`).

            | user | configure | write | read |
            |---|---|---|---|

            """);
        foreach (var user in permissions)
            text.AppendLine(
                System.Globalization.CultureInfo.InvariantCulture,
                $"| `{user.User}` | {Cell(user.Configure)} | {Cell(user.Write)} | {Cell(user.Read)} |");
        return text.ToString();
    }

    static string Cell(IReadOnlyList<string> names) =>
        names.Count == 0
        ? "nothing" : string.Join(' ', names.Select(name => $"`{name.Replace("Orchestrator.Contracts.", "", StringComparison.Ordinal)}`"));
}
