using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Storage.Views;

/// <summary>A view that a host makes, and replaces when its definition changes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Table">A table that it reads. A view of this name that has no mark and reads the table comes from a version without
/// marks.</param>
/// <param name="Revision">How new the definition is.</param>
/// <param name="Select">The view's statement.</param>
public sealed record StoredView(string Name, string Table, ViewRevision Revision, string Select)
{
    // PostgreSQL cuts names after 63 bytes, and the number must not be cut off.
    const int LongestStem = 58;

    /// <summary>Why the view can't be made yet, as the rest of a sentence about it; null when it can.</summary>
    public Func<Sql, Task<string?>>? Obstacle { get; init; }

    /// <summary>The mark that the view carries; the same for a program that was built where lines end in another way.</summary>
    public ViewMark Mark =>
        new(Revision, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Select.ReplaceLineEndings("\n"))))[..16]);

    /// <summary>The name to use when those with lower numbers are taken: <c>name</c>, <c>name_v2</c>, <c>name_v3</c>.</summary>
    public string NameOf(int number) => number == 1
        ? Name
        : string.Create(CultureInfo.InvariantCulture, $"{Name[..Math.Min(Name.Length, LongestStem)]}_v{number}");
}
