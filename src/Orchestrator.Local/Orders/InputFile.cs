namespace Orchestrator.Local.Orders;

/// <summary>Opens the files that a user names.</summary>
public static class InputFile
{
    /// <summary>Opens a file to be read from its start to its end.</summary>
    /// <param name="what">What the file is for: <c>orders</c>.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="InputFileException">There is no such file, it is a folder, or it may not be read.</exception>
    public static FileStream Open(string what, string path)
    {
        if (Directory.Exists(path))
            throw new InputFileException($"{path} is a folder; name the {what} file itself.");
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                BufferSize = 0,
                Share = FileShare.ReadWrite,
            });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputFileException($"There is no {what} file {path}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InputFileException($"The {what} file {path} can't be read: {e.Message}", e);
        }
    }
}
