using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Hosting.Permissions;

/// <summary>What RabbitMQ must let a user do, by the names of queues and exchanges, and nothing else.</summary>
/// <param name="User">The user.</param>
/// <param name="Configure">What it declares.</param>
/// <param name="Write">What it publishes to, or binds as the destination.</param>
/// <param name="Read">What it takes from, or binds as the source.</param>
sealed record UserPermissions(string User, IReadOnlyList<string> Configure, IReadOnlyList<string> Write, IReadOnlyList<string> Read)
{
    const string AnyWait = "_redelivery-*ms";

    /// <summary>The permissions that a user needs.</summary>
    public static UserPermissions Of(BrokerUser user)
    {
        var own = user.Takes.SelectMany(queue => new[] { queue, queue + AnyWait }.Concat(BrokerQueues.AllSetAside(queue))).ToList();
        var cleared = user.Clears.SelectMany(BrokerQueues.AllSetAside).ToList();
        var (heard, published) = (
            user.Hears.Select(heard => BrokerQueues.Event(heard.Event)).ToList(), user.Publishes.Select(BrokerQueues.Event).ToList());
        return new(
            user.Name,
            Sorted([own, cleared, heard, published, user.Sends]),
            Sorted([own, cleared, published, user.Sends]),
            Sorted([own, cleared, heard]));
    }

    /// <summary>A list as the regular expression that RabbitMQ wants.</summary>
    public static string Expression(IReadOnlyList<string> names) => names.Count == 0
        ? ""
        : $"^({string.Join('|', names.Select(name => name.Replace(".", "\\.", StringComparison.Ordinal).Replace(AnyWait, "_redelivery-[0-9]+ms", StringComparison.Ordinal)))})$";

    static List<string> Sorted(IReadOnlyCollection<IEnumerable<string>> names) =>
        [.. names.SelectMany(some => some).Distinct().Order(StringComparer.Ordinal)];
}
