using System.Buffers;
using System.Text;

namespace Orchestrator.Contracts;

/// <summary>The rules for a text that a message brings and a store keeps.</summary>
public static class TextRules
{
    /// <summary>The longest text that is kept, in UTF-16 code units.</summary>
    public const int LongestText = 200;

    /// <summary>
    /// Why a text can't be kept: it is missing, blank or longer than <see cref="LongestText"/>, or holds what no store keeps
    /// (NUL, half of a surrogate pair); null when it can.
    /// </summary>
    /// <param name="field">The name of the text in the reason.</param>
    /// <param name="text">The text.</param>
    public static string? Violation(string field, string? text) => text switch
    {
        null => $"{field} is missing",
        _ when string.IsNullOrWhiteSpace(text) => $"{field} is empty",
        { Length: > LongestText } => $"{field} has {text.Length} characters; at most {LongestText} are kept",
        _ when text.Contains('\0') => $"{field} holds a NUL character",
        _ when HasLoneSurrogate(text) => $"{field} holds half of a surrogate pair",
        _ => null,
    };

    static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        while (Rune.DecodeFromUtf16(text, out _, out var taken) == OperationStatus.Done)
            text = text[taken..];
        return !text.IsEmpty;
    }
}
