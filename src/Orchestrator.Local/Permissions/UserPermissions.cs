using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Local.Permissions;

/// <summary>What RabbitMQ must let a user do, by the names of queues and exchanges, and nothing else.</summary>
/// <param name="User">The user.</param>
/// <param name="Configure">What it declares.</param>
/// <param name="Write">What it publishes to, or binds to something.</param>
/// <param name="Read">What it takes from, or binds something to.</param>
public sealed record UserPermissions(string User, IReadOnlyList<string> Configure, IReadOnlyList<string> Write, IReadOnlyList<string> Read)
{
    const string AnyWait = "_redelivery-*ms";

    /// <summary>Those that a party needs.</summary>
    public static UserPermissions Of(Party party)
    {
        var own = party.Takes.SelectMany(queue => new[] { queue, queue + AnyWait }.Concat(BrokerQueues.AllSetAside(queue))).ToList();
        var cleared = party.Clears.SelectMany(BrokerQueues.AllSetAside).ToList();
        var (heard, told) = (
            party.Hears.Select(heard => BrokerQueues.Event(heard.Event)).ToList(), party.Tells.Select(BrokerQueues.Event).ToList());
        return new(
            party.User,
            Sorted([own, cleared, heard, told, party.Sends]),
            Sorted([own, cleared, told, party.Sends]),
            Sorted([own, cleared, heard]));
    }

    /// <summary>A list as the regular expression that RabbitMQ wants.</summary>
    public static string Expression(IReadOnlyList<string> names) => names.Count == 0
        ? ""
        : $"^({string.Join('|', names.Select(name => name.Replace(".", "\\.", StringComparison.Ordinal).Replace(AnyWait, "_redelivery-[0-9]+ms", StringComparison.Ordinal)))})$";

    static List<string> Sorted(IReadOnlyCollection<IEnumerable<string>> names) =>
        [.. names.SelectMany(some => some).Distinct().Order(StringComparer.Ordinal)];
}
