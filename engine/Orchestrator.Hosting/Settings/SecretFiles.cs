using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;

namespace Orchestrator.Hosting.Settings;

/// <summary>Reads secret settings from files.</summary>
public static class SecretFiles
{
    const string Usual = "/run/secrets";

    /// <summary>
    /// Adds the files of the folder <c>Secrets:Folder</c>, by default <c>/run/secrets</c>. Each file is a setting, and its name is the key
    /// (<c>Passwords__Postgres</c>). The files override the sources that were added before.
    /// </summary>
    /// <exception cref="SettingsException">A file can't be read, or the folder of the setting does not exist.</exception>
    public static void AddSecretFiles(this IConfigurationManager configuration)
    {
        var named = configuration[CommonSettings.SecretsFolder.Key];
        var folder = Path.GetFullPath(string.IsNullOrEmpty(named) ? Usual : named);
        if (!Directory.Exists(folder))
        {
            if (!string.IsNullOrEmpty(named))
                throw new SettingsException([$"{CommonSettings.SecretsFolder.Key} is '{named}', and there is no such folder."]);
            return;
        }

        try
        {
            configuration.AddKeyPerFile(source => source.FileProvider = new PhysicalFileProvider(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"The secrets in {folder} can't be read: {e.Message}"]);
        }
    }
}
