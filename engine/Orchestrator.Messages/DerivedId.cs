using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Contracts;

/// <summary>
/// Message ids that are derived from what the message answers, so that the same answer given twice is the same
/// message and its receiver drops it.
/// </summary>
public static class DerivedId
{
    /// <summary>
    /// A version-8 UUID (RFC 9562, section 5.8) made of the first 122 free bits of the SHA-256 of the parts. The same parts
    /// give the same id on every machine.
    /// </summary>
    /// <param name="parts">Joined by a unit separator, so that ("a", "bc") and ("ab", "c") differ.</param>
    public static Guid From(params ReadOnlySpan<string> parts)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts!)), hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
