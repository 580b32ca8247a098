using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Orchestrator.Tests.Servers;

/// <summary>The users of the parties, made as an administrator makes them: with <c>deploy/rabbitmq/definitions.json</c>.</summary>
public sealed class BrokerUsers
{
    readonly Uri _virtualHost;
    readonly Dictionary<string, string> _passwords = [];

    BrokerUsers(Uri virtualHost) => _virtualHost = virtualHost;

    /// <summary>All passwords.</summary>
    public IReadOnlyCollection<string> Passwords => _passwords.Values;

    /// <summary>Makes the users, and every queue and exchange, in an empty virtual host.</summary>
    /// <param name="node">The broker.</param>
    /// <param name="virtualHost">The address of the virtual host.</param>
    /// <param name="repository">The folder that contains <c>deploy</c>.</param>
    public static async Task<BrokerUsers> Create(PrivateRabbitMq node, Uri virtualHost, string repository)
    {
        var users = new BrokerUsers(virtualHost);
        var text = await File.ReadAllTextAsync(Path.Combine(repository, "deploy", "rabbitmq", "definitions.json"));
        var definitions = JsonNode.Parse(
            text.Replace("\"vhost\": \"/\"", $"\"vhost\": \"{virtualHost.AbsolutePath[1..]}\"", StringComparison.Ordinal))!.AsObject();
        definitions.Remove("vhosts");
        var made = new JsonArray();
        foreach (var permission in definitions["permissions"]!.AsArray())
        {
            var name = permission!["user"]!.GetValue<string>();
            users._passwords[name] = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            made.Add(new JsonObject { ["name"] = name, ["password"] = users._passwords[name], ["tags"] = "" });
        }

        definitions["users"] = made;
        await node.Import(definitions.ToJsonString());
        return users;
    }

    /// <summary>The address of the broker for a party.</summary>
    public Uri Address(string user) => new UriBuilder(_virtualHost) { UserName = user, Password = _passwords[user] }.Uri;
}
