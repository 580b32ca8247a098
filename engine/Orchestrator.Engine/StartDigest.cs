using System.Security.Cryptography;
using System.Text.Json;
using Orchestrator.Contracts;

namespace Orchestrator.Engine;

/// <summary>A short digest of a starting message. Messages of the same content have the same digest.</summary>
static class StartDigest
{
    /// <summary>
    /// The version of the definition and the SHA-256 of the message's JSON. Another version may know other properties, so digests of two
    /// versions are not compared.
    /// </summary>
    public static string Of(int version, ISagaMessage start) =>
        FormattableString.Invariant(
            $"{version}:{Convert.ToHexStringLower(
                SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(start, start.GetType(), WireJson.Options)))}");

    /// <summary>True when two digests are of one version and of messages with different content.</summary>
    public static bool Differ(string? one, string another) =>
        one is not null && one != another
        && one[..(one.IndexOf(':', StringComparison.Ordinal) + 1)] == another[..(another.IndexOf(':', StringComparison.Ordinal) + 1)];
}
