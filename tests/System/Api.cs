using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Strikeline.SystemTests;

/// <summary>Asks one server over HTTP.</summary>
internal sealed class Api(Uri address)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(20),
    };

    /// <summary>Where it is, ending in a slash.</summary>
    public Uri Address => address;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The raw answer.</summary>
    public Task<HttpResponseMessage> AskAsync(string path) => Http.GetAsync(In(path), Cancel);

    /// <summary>The JSON of an answer with status 200.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await AskAsync(path);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Posts JSON; the answer must be a success.</summary>
    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Http.PostAsJsonAsync(In(path), body, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Deletes; the answer must be a success.</summary>
    public async Task DeleteAsync(string path)
    {
        using var answer = await Http.DeleteAsync(In(path), Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode}");
    }

    /// <summary>Asks until an answer is right; fails with the last one where none was in time.</summary>
    public async Task<JsonElement> UntilAsync(string path, Predicate<JsonElement> right, int withinSeconds = 30)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var answer = await GetAsync(path);
            if (right(answer))
            {
                return answer;
            }

            Assert.True(watch.Elapsed.TotalSeconds < withinSeconds, $"{path} stayed wrong: {answer}");
            await Task.Delay(100, Cancel);
        }
    }

    private Uri In(string path) => new(address + path.TrimStart('/'));
}
